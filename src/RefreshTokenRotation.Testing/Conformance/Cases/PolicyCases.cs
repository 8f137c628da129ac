using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.Testing.Conformance.Cases;

internal static class PolicyCases
{
    public static IReadOnlyList<ConformanceCase<RotationPolicyStoreHarness>> All { get; } =
    [
        Create("policy.every-field", ConformanceGroup.RoundTrip, true, "A policy comes back with every field as it was set.", EveryFieldAsync),
        Create("policy.presets", ConformanceGroup.RoundTrip, true, "A setting that a preset leaves at its default comes back as that default.", PresetsAsync),
        Create("policy.missing", ConformanceGroup.RoundTrip, true, "A client without a policy of its own has none.", MissingAsync),
        Create("policy.replace", ConformanceGroup.RoundTrip, true, "Setting a policy replaces the one before.", ReplaceAsync),
        Create("policy.remove", ConformanceGroup.RoundTrip, true, "Setting null removes the policy, and removing none succeeds.", RemoveAsync),
        Create("policy.per-client", ConformanceGroup.Uniqueness, true, "A policy belongs to one tenant and client.", PerClientAsync),
        Create("policy.exact-keys", ConformanceGroup.RoundTrip, true, "Tenants and clients compare ordinally, so case matters.", ExactKeysAsync),
        Create("policy.second-instance", ConformanceGroup.RoundTrip, true, "Another node sees a change within the time that the store states.", SecondInstanceAsync),
        Create("policy.own-set", ConformanceGroup.RoundTrip, false, "A node finds its own set at once, even if it was reading the policy meanwhile.", OwnSetAsync),
        .. PolicyVersionCases.All,
        Create("policy.parallel-sets", ConformanceGroup.Atomicity, true, "A set is atomic: after parallel ones, every node has one of the policies as a whole.", ParallelSetsAsync),
        Create("policy.crash", ConformanceGroup.Atomicity, true, "When the set returns, the policy is as durable as the token store.", CrashAsync),
        Create("policy.cancel-before-set", ConformanceGroup.Cancellation, false, "A set whose token is cancelled before it begins throws OperationCanceledException and writes nothing.", CancelledAsync),
        Create("policy.registration", ConformanceGroup.Registration, false, "The builder registers the store as a singleton, and the policy manager writes to it.", RegistrationAsync),
    ];

    public static RotationPolicy Full { get; } = new()
    {
        RotationType = RotationType.NonRotating,
        ExpirationType = ExpirationType.NonExpiring,
        AbsoluteLifetime = TimeSpan.FromDays(89) + TimeSpan.FromTicks(1),
        IdleLifetime = TimeSpan.FromDays(7) + TimeSpan.FromTicks(3),
        InfiniteAbsoluteLifetime = true,
        InfiniteIdleLifetime = true,
        Leeway = TimeSpan.FromSeconds(9) + TimeSpan.FromTicks(7),
        RecoveryWindow = TimeSpan.FromHours(5) + TimeSpan.FromTicks(9),
        LeewayGenerations = 17,
        ShadowMode = true,
        ActiveCap = int.MaxValue,
        ReuseResponse = ReuseResponse.User,
        MultiResource =
        [
            new ResourceScopes { Resource = "https://b.example/\u00e9?a=b&c='d'", Scopes = ["write", "read"] },
            new ResourceScopes { Resource = "https://a.example" },
        ],
    };

    public static ConformanceCase<RotationPolicyStoreHarness> Create(
        string name, ConformanceGroup group, bool isCore, string clause, Func<PolicyStoreTrial, Task> check) =>
        new(name, group, isCore, clause, async (harness, run) =>
            await check(await PolicyStoreTrial.OpenAsync(harness, run).ConfigureAwait(false)).ConfigureAwait(false));

    private static async Task EveryFieldAsync(PolicyStoreTrial trial)
    {
        await trial.SetAsync("client", "tenant", Full).ConfigureAwait(false);
        await trial.RequireAsync("client", "tenant", Full, "after a set").ConfigureAwait(false);
    }

    private static async Task PresetsAsync(PolicyStoreTrial trial)
    {
        RotationPolicy[] presets = [new(), RotationPolicy.Strict, RotationPolicy.Spa, RotationPolicy.Mobile, RotationPolicy.Fapi, RotationPolicy.FapiRotating, RotationPolicy.Agents];
        for (var i = 0; i < presets.Length; i++)
        {
            await trial.SetAsync($"client-{i}", string.Empty, presets[i]).ConfigureAwait(false);
        }

        for (var i = 0; i < presets.Length; i++)
        {
            await trial.RequireAsync($"client-{i}", string.Empty, presets[i], "after a set").ConfigureAwait(false);
        }
    }

    private static async Task MissingAsync(PolicyStoreTrial trial)
    {
        await trial.RequireAsync("client", string.Empty, null, "in an empty store").ConfigureAwait(false);
        await trial.SetAsync("client", string.Empty, RotationPolicy.Spa).ConfigureAwait(false);
        await trial.RequireAsync("other", string.Empty, null, "after a set for another client").ConfigureAwait(false);
    }

    private static async Task ReplaceAsync(PolicyStoreTrial trial)
    {
        foreach (var policy in new[] { RotationPolicy.Strict, Full, RotationPolicy.Mobile })
        {
            await trial.SetAsync("client", "tenant", policy).ConfigureAwait(false);
            await trial.RequireAsync("client", "tenant", policy, "after a further set").ConfigureAwait(false);
        }
    }

    private static async Task RemoveAsync(PolicyStoreTrial trial)
    {
        await trial.SetAsync("client", string.Empty, RotationPolicy.Spa).ConfigureAwait(false);
        await trial.SetAsync("other", string.Empty, RotationPolicy.Mobile).ConfigureAwait(false);
        await trial.RequireAsync("client", string.Empty, RotationPolicy.Spa, "after a set").ConfigureAwait(false);
        await trial.SetAsync("client", string.Empty, null).ConfigureAwait(false);
        await trial.SetAsync("client", string.Empty, null).ConfigureAwait(false);
        await trial.RequireAsync("client", string.Empty, null, "after its removal").ConfigureAwait(false);
        await trial.RequireAsync("other", string.Empty, RotationPolicy.Mobile, "after the removal of another client's").ConfigureAwait(false);
    }

    private static Task PerClientAsync(PolicyStoreTrial trial) =>
        RequireApartAsync(trial, [("", "client"), ("tenant", "client"), ("other", "client"), ("tenant", "other"), ("client", "tenant"), ("tenantc", "lient")]);

    private static Task ExactKeysAsync(PolicyStoreTrial trial) =>
        RequireApartAsync(trial, [("t", "client"), ("t", "Client"), ("t", "client "), ("T", "client"), ("t", "cli\u00e9nt"), ("t", "clie\u0301nt"), ("t ", "client")]);

    private static async Task RequireApartAsync(PolicyStoreTrial trial, (string Tenant, string Client)[] keys)
    {
        for (var i = 0; i < keys.Length; i++)
        {
            await trial.SetAsync(keys[i].Client, keys[i].Tenant, RotationPolicy.Spa with { ActiveCap = i + 1 }).ConfigureAwait(false);
        }

        for (var i = 0; i < keys.Length; i++)
        {
            await trial.RequireAsync(
                keys[i].Client, keys[i].Tenant, RotationPolicy.Spa with { ActiveCap = i + 1 }, $"for {keys[i]}, among others").ConfigureAwait(false);
        }
    }

    private static async Task SecondInstanceAsync(PolicyStoreTrial trial)
    {
        // Both look first, so that an answer which is kept too long is an old one.
        await trial.RequireAsync("client", string.Empty, null, "in an empty store").ConfigureAwait(false);
        foreach (var policy in new[] { RotationPolicy.Spa, RotationPolicy.Fapi, null, RotationPolicy.Mobile })
        {
            await trial.SetAsync("client", string.Empty, policy).ConfigureAwait(false);
            await trial.RequireAsync("client", string.Empty, policy, "after a set on one node, and after the stated time").ConfigureAwait(false);
        }
    }

    private static async Task OwnSetAsync(PolicyStoreTrial trial)
    {
        for (var round = 0; round < trial.Options.Rounds; round++)
        {
            var (client, policy) = ($"client-{round}", RotationPolicy.Spa with { ActiveCap = round + 1 });
            await CaseRun.RaceAsync(4, async caller =>
            {
                if (caller == 0)
                {
                    await trial.SetAsync(client, "tenant", policy).ConfigureAwait(false);
                }
                else
                {
                    await FindAsync().ConfigureAwait(false);
                }
            }).ConfigureAwait(false);
            PolicyComparison.Require(policy, await FindAsync().ConfigureAwait(false), "after a set on the same node, among finds");

            ValueTask<RotationPolicy?> FindAsync() => trial.First.FindAsync(client, "tenant", trial.CancellationToken);
        }
    }

    private static async Task ParallelSetsAsync(PolicyStoreTrial trial)
    {
        RotationPolicy[] policies = [Full, RotationPolicy.Spa, RotationPolicy.Mobile with { ActiveCap = 3 }, RotationPolicy.Fapi];
        for (var round = 0; round < trial.Options.Rounds; round++)
        {
            var client = $"client-{round}";
            await CaseRun.RaceAsync(Math.Min(trial.Options.Callers, 16), async caller =>
            {
                var store = trial.At(caller);
                await trial.ChangeAsync(store, client, "tenant", _ => policies[caller % policies.Length]).ConfigureAwait(false);
            }).ConfigureAwait(false);
        }

        await trial.Harness.PassStalenessAsync(trial.CancellationToken).ConfigureAwait(false);
        for (var round = 0; round < trial.Options.Rounds; round++)
        {
            var found = await trial.First.FindAsync($"client-{round}", "tenant", trial.CancellationToken).ConfigureAwait(false);
            CaseRun.Require(
                policies.Any(policy => PolicyComparison.Equal(policy, found)), $"after parallel sets, the store holds none of the policies as a whole: {found}");
            var other = await trial.Second.FindAsync($"client-{round}", "tenant", trial.CancellationToken).ConfigureAwait(false);
            PolicyComparison.Require(found, other, "on the other node, after parallel sets");
        }
    }

    private static async Task CrashAsync(PolicyStoreTrial trial)
    {
        await trial.SetAsync("client", "tenant", Full).ConfigureAwait(false);
        await trial.SetAsync("removed", "tenant", Full).ConfigureAwait(false);
        await trial.SetAsync("removed", "tenant", null).ConfigureAwait(false);
        var after = await trial.CrashAsync().ConfigureAwait(false);
        PolicyComparison.Require(Full, await after.FindAsync("client", "tenant", trial.CancellationToken).ConfigureAwait(false), "after a crash");
        PolicyComparison.Require(null, await after.FindAsync("removed", "tenant", trial.CancellationToken).ConfigureAwait(false), "after a crash");
    }

    private static async Task CancelledAsync(PolicyStoreTrial trial)
    {
        await trial.SetAsync("client", string.Empty, RotationPolicy.Spa).ConfigureAwait(false);
        var known = await trial.First.ReadAsync("client", string.Empty, trial.CancellationToken).ConfigureAwait(false);
        var isCancelled = await CaseRun.IsCancelledAsync(async () =>
            await trial.First.TrySetAsync("client", string.Empty, RotationPolicy.Mobile, known!.Version, new CancellationToken(canceled: true)).ConfigureAwait(false)).ConfigureAwait(false);
        CaseRun.Require(isCancelled, "the call ran as if its token were not cancelled");
        await trial.RequireAsync("client", string.Empty, RotationPolicy.Spa, "after a cancelled set").ConfigureAwait(false);
    }

    private static Task RegistrationAsync(PolicyStoreTrial trial) => HostTrial.RunAsync(trial.Harness, async provider =>
    {
        var store = await HostTrial.RequireSingletonAsync<IRotationPolicyStore>(provider, "policy").ConfigureAwait(false);
        var manager = provider.GetRequiredService<IRotationPolicyManager>();
        await manager.SetAsync("client", RotationPolicy.Mobile, cancellationToken: trial.CancellationToken).ConfigureAwait(false);
        await trial.Harness.PassStalenessAsync(trial.CancellationToken).ConfigureAwait(false);
        var found = await store.FindAsync("client", string.Empty, trial.CancellationToken).ConfigureAwait(false);
        PolicyComparison.Require(RotationPolicy.Mobile, found, "after a change through the policy manager");
    }, trial.CancellationToken);
}
