namespace RefreshTokenRotation.Testing.Conformance.Cases;

internal static class SwapCases
{
    private const ConformanceGroup Group = ConformanceGroup.CompareAndSwap;

    public static IReadOnlyList<ConformanceCase<TokenStoreHarness>> All { get; } =
    [
        TokenCase.Core("swap.other-version", Group, "A swap that expects another version returns false and writes nothing.", OtherVersionAsync),
        TokenCase.Core("swap.missing", Group, "A swap of a row that is gone returns false and writes nothing.", MissingAsync),
        TokenCase.Core("swap.one-winner", Group, "Of any number of parallel swaps that expect one version, exactly one returns true, and its row is stored.", OneWinnerAsync),
        TokenCase.Core("swap.no-lost-update", Group, "Every swap that returned true is part of the row's history.", NoLostUpdateAsync),
    ];

    private static async Task OtherVersionAsync(TokenStoreTrial trial)
    {
        var first = trial.Rows.NewFamily();
        var second = trial.Rows.Rotate(first);
        await trial.AddAsync(first).ConfigureAwait(false);
        CaseRun.Require(await trial.SwapAsync(trial.First, second).ConfigureAwait(false), "a swap from the stored version was refused");
        foreach (var expected in new long[] { 1, 3, 0 })
        {
            var next = trial.Rows.Rotate(second) with { Version = expected + 1 };
            var swapped = await trial.Second.CompareAndSwapAsync(next, expected, trial.CancellationToken).ConfigureAwait(false);
            CaseRun.Require(!swapped, $"the row has version 2, and a swap that expects {expected} returned true");
            await trial.RequireStoredAsync("after a refused swap", second).ConfigureAwait(false);
        }
    }

    private static async Task MissingAsync(TokenStoreTrial trial)
    {
        var never = trial.Rows.NewFamily();
        CaseRun.Require(!await trial.SwapAsync(trial.First, trial.Rows.Rotate(never)).ConfigureAwait(false), "a swap of a row that never was returned true");
        await trial.RequireGoneAsync("after a swap of a row that never was", never).ConfigureAwait(false);

        var deleted = trial.Rows.NewFamily();
        await trial.AddAsync(deleted).ConfigureAwait(false);
        await trial.RevokeAsync(trial.First, TokenFamilyFilter.ForFamily(deleted.Grant.FamilyId), delete: true).ConfigureAwait(false);
        CaseRun.Require(!await trial.SwapAsync(trial.Second, trial.Rows.Rotate(deleted)).ConfigureAwait(false), "a swap of a deleted row returned true");
        await trial.RequireGoneAsync("after a swap of a deleted row", deleted).ConfigureAwait(false);
    }

    private static async Task OneWinnerAsync(TokenStoreTrial trial)
    {
        var callers = trial.Options.Callers;
        var family = trial.Rows.NewFamily();
        await trial.AddAsync(family).ConfigureAwait(false);
        for (var round = 0; round < trial.Options.Rounds; round++)
        {
            var next = Enumerable.Range(0, callers).Select(_ => trial.Rows.Rotate(family)).ToArray();
            var swapped = await CaseRun.RaceAsync(callers, caller => trial.SwapAsync(trial.At(caller), next[caller])).ConfigureAwait(false);
            var winners = swapped.Count(won => won);
            CaseRun.Require(winners == 1, $"{winners} of {callers} parallel swaps from version {family.Version} returned true");
            family = next[Array.IndexOf(swapped, true)];
            await trial.RequireStoredAsync("after parallel swaps the winner's row was to be there", family).ConfigureAwait(false);
        }
    }

    private static async Task NoLostUpdateAsync(TokenStoreTrial trial)
    {
        const int Writers = 8;
        var family = trial.Rows.NewFamily();
        await trial.AddAsync(family).ConfigureAwait(false);
        var written = 0;
        for (var round = 0; round < 5 * trial.Options.Rounds; round++)
        {
            // All have read before one writes, also where a store never waits.
            var read = await CaseRun.RaceAsync(Writers, caller => trial.At(caller).FindAsync(family.Grant.LookupKey, trial.CancellationToken).AsTask()).ConfigureAwait(false);
            CaseRun.Require(read.All(static row => row is not null), $"{family} vanished");
            var swapped = await CaseRun.RaceAsync(Writers, caller => trial.SwapAsync(trial.At(caller + (round % 2)), trial.Rows.Rotate(read[caller]!))).ConfigureAwait(false);
            written += swapped.Count(static isSwapped => isSwapped);
        }

        var found = await trial.FindAsync(family).ConfigureAwait(false);
        CaseRun.Require(
            found?.Generation == written && found.Version == written + 1,
            $"{written} swaps returned true, and the row has generation {found?.Generation} and version {found?.Version}");
    }
}
