namespace RefreshTokenRotation.Testing.Conformance.Cases;

/// <summary>The cases of a policy store about changes that are made from what was read.</summary>
internal static class PolicyVersionCases
{
    public static IReadOnlyList<ConformanceCase<RotationPolicyStoreHarness>> All { get; } =
    [
        PolicyCases.Create("policy.read-is-fresh", ConformanceGroup.RoundTrip, true, "A read for a change sees the last write of any node at once, whatever is cached.", ReadIsFreshAsync),
        PolicyCases.Create("policy.conflict", ConformanceGroup.Atomicity, true, "A write that names another version than the stored one changes nothing and reports a conflict.", ConflictAsync),
        PolicyCases.Create("policy.parallel-changes", ConformanceGroup.Atomicity, true, "No parallel change is lost, if each starts from what it has read.", ParallelChangesAsync),
    ];

    private static async Task ReadIsFreshAsync(PolicyStoreTrial trial)
    {
        foreach (var policy in new[] { null, RotationPolicy.Spa, PolicyCases.Full, null, RotationPolicy.Mobile })
        {
            await trial.SetAsync("client", "tenant", policy).ConfigureAwait(false);
            await trial.RequireReadAsync("client", "tenant", policy, "after a set").ConfigureAwait(false);

            // What this leaves in a cache is old at the next round.
            await trial.Second.FindAsync("client", "tenant", trial.CancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Every pair of what was read and what another node has made of it since, with a removal among them.</summary>
    private static async Task ConflictAsync(PolicyStoreTrial trial)
    {
        RotationPolicy?[][] histories =
        [
            [null, RotationPolicy.Spa],
            [RotationPolicy.Spa, RotationPolicy.Mobile],
            [RotationPolicy.Spa, null],
            [RotationPolicy.Spa, null, RotationPolicy.Mobile],
        ];
        for (var i = 0; i < histories.Length; i++)
        {
            foreach (var wanted in new[] { PolicyCases.Full, null })
            {
                var client = $"client-{i}-{(wanted is null ? "removed" : "set")}";
                await trial.SetAsync(client, "tenant", histories[i][0]).ConfigureAwait(false);
                var known = await trial.Second.ReadAsync(client, "tenant", trial.CancellationToken).ConfigureAwait(false);
                foreach (var policy in histories[i].Skip(1))
                {
                    await trial.SetAsync(client, "tenant", policy).ConfigureAwait(false);
                }

                CaseRun.Require(
                    !await trial.Second.TrySetAsync(client, "tenant", wanted, known?.Version, trial.CancellationToken).ConfigureAwait(false),
                    "a write that names an old version succeeded");
                await trial.RequireReadAsync(client, "tenant", histories[i][^1], "after a conflict").ConfigureAwait(false);
                await trial.ChangeAsync(trial.Second, client, "tenant", _ => wanted).ConfigureAwait(false);
                await trial.RequireReadAsync(client, "tenant", wanted, "after the change was made again").ConfigureAwait(false);
            }
        }
    }

    private static async Task ParallelChangesAsync(PolicyStoreTrial trial)
    {
        var callers = Math.Min(trial.Options.Callers, 16);
        for (var round = 0; round < trial.Options.Rounds; round++)
        {
            // The first of them creates it.
            var client = $"client-{round}";
            await CaseRun.RaceAsync(callers, caller => trial.ChangeAsync(
                trial.At(caller),
                client,
                "tenant",
                policy => policy is null ? RotationPolicy.Spa with { ActiveCap = 1 } : policy with { ActiveCap = policy.ActiveCap + 1 })).ConfigureAwait(false);
            await trial.RequireReadAsync(client, "tenant", RotationPolicy.Spa with { ActiveCap = callers }, "after parallel changes").ConfigureAwait(false);
        }
    }
}
