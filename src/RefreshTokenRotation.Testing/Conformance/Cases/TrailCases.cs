namespace RefreshTokenRotation.Testing.Conformance.Cases;

/// <summary>The trail of a store that says that it keeps it (<see cref="ITokenStore.KeepsTrail"/>).</summary>
internal static class TrailCases
{
    public static IReadOnlyList<ConformanceCase<TokenStoreHarness>> All { get; } =
    [
        Create("trail.kept", ConformanceGroup.RoundTrip, "Where KeepsTrail is true, the trail comes back byte for byte, and a compare-and-swap replaces and empties it.", KeptAsync),
        Create("trail.revoked", ConformanceGroup.Revocation, "Where KeepsTrail is true, a revocation clears the trail.", RevokedAsync),
    ];

    private static ConformanceCase<TokenStoreHarness> Create(string name, ConformanceGroup group, string clause, Func<TokenStoreTrial, Task> check) =>
        TokenCase.Core(name, group, clause, trial => trial.First.KeepsTrail
            ? check(trial)
            : throw new NotExercisedException($"{nameof(ITokenStore)}.{nameof(ITokenStore.KeepsTrail)} is false"));

    private static async Task KeptAsync(TokenStoreTrial trial)
    {
        var largest = trial.Rows.NewFullFamily() with { Trail = trial.Rows.NewTrail(TokenTrail.MaxSize) };
        var without = trial.Rows.NewFullFamily();
        await trial.AddAsync(largest, without).ConfigureAwait(false);
        await trial.RequireStoredAsync("after an add", largest, without).ConfigureAwait(false);
        var listed = await trial.ListAsync(new TokenFamilyFilter { TenantId = largest.Grant.TenantId }).ConfigureAwait(false);
        CaseRun.Require(listed.Count == 1, $"one row was added, and {listed.Count} were listed");
        RowComparison.Require(largest, listed[0], "in a list");

        var row = largest;
        foreach (var trail in new[] { trial.Rows.NewTrail(TokenTrail.MaxSize), new TokenTrail([0]), null, new TokenTrail([1, 0, 0, 255]) })
        {
            row = trial.Rows.Rotate(row) with { Trail = trail };
            CaseRun.Require(await trial.SwapAsync(trial.First, row).ConfigureAwait(false), $"a swap from the stored version {row.Version - 1} was refused");
            await trial.RequireStoredAsync("after a compare-and-swap", row).ConfigureAwait(false);
        }
    }

    private static async Task RevokedAsync(TokenStoreTrial trial)
    {
        var family = trial.Rows.NewFamily() with { Salt = trial.Rows.NewOpaque(), Trail = trial.Rows.NewTrail(41) };
        var other = trial.Rows.NewFamily("bob") with { Salt = trial.Rows.NewOpaque(), Trail = trial.Rows.NewTrail(41) };
        await trial.AddAsync(family, other).ConfigureAwait(false);
        var count = await trial.RevokeAsync(trial.First, TokenFamilyFilter.ForUser(family.Grant.Subject)).ConfigureAwait(false);
        CaseRun.Require(count == 1, $"a revocation of one family counts {count}");
        await trial.RequireStoredAsync("after a revocation", family.Revoke(SampleRows.Now.AddTicks(7), RevocationReason.User)).ConfigureAwait(false);
        await trial.RequireStoredAsync("after the revocation of another family", other).ConfigureAwait(false);
    }
}
