namespace RefreshTokenRotation.Testing.Conformance.Cases;

internal static class PruningCases
{
    private const ConformanceGroup Group = ConformanceGroup.Pruning;

    private static readonly DateTimeOffset Bound = SampleRows.Now.AddDays(-10);

    public static IReadOnlyList<ConformanceCase<TokenStoreHarness>> All { get; } =
    [
        TokenCase.Core("prune.ended-only", Group, "Pruning deletes families of every tenant that were revoked or had expired before the given instant; never an active one, and none that ended later.", EndedOnlyAsync),
        TokenCase.Core("prune.moved-ends", Group, "Pruning goes by the end that the last write stored: an exchange may postpone it, and a revocation may bring it forward.", MovedEndsAsync),
        TokenCase.Core("prune.limit", Group, "Pruning deletes as many families as its limit, or all that are left, and returns how many.", LimitAsync),
        TokenCase.Core("prune.parallel", Group, "Pruning is safe on several nodes at once: each family is deleted and counted once.", ParallelAsync),
        TokenCase.Core("prune.never-blocks", Group, "Pruning never blocks an exchange, and never touches an active family.", NeverBlocksAsync),
    ];

    private static async Task EndedOnlyAsync(TokenStoreTrial trial)
    {
        TokenFamily New(string tenantId = "") => trial.Rows.NewFamily(tenantId: tenantId, age: TimeSpan.FromDays(100));

        TokenFamily[] ended =
        [
            SampleRows.Revoked(New(), Bound.AddTicks(-1)),
            SampleRows.Revoked(New("tenant"), Bound.AddDays(-30)),
            SampleRows.Revoked(New(), Bound.AddDays(-30)) with { AbsoluteExpiresAt = Bound.AddDays(30), IdleExpiresAt = Bound.AddDays(20) },
            New() with { AbsoluteExpiresAt = Bound.AddTicks(-1) },
            New("tenant") with { IdleExpiresAt = Bound.AddTicks(-1), AbsoluteExpiresAt = Bound.AddDays(30) },
        ];
        TokenFamily[] kept =
        [
            New(),
            New() with { AbsoluteExpiresAt = SampleRows.Now.AddTicks(1), IdleExpiresAt = SampleRows.Now.AddTicks(1) },
            trial.Rows.Rotate(New("tenant"), Bound.AddDays(-1)),
            SampleRows.Revoked(New(), Bound),
            New() with { AbsoluteExpiresAt = Bound },
            New() with { IdleExpiresAt = Bound },
            SampleRows.Revoked(New() with { AbsoluteExpiresAt = Bound.AddDays(2) }, Bound.AddDays(1)),
        ];
        await trial.AddAsync([.. ended, .. kept]).ConfigureAwait(false);
        var count = await trial.First.PruneAsync(Bound, 100, trial.CancellationToken).ConfigureAwait(false);
        await trial.RequireStoredAsync("after pruning that it is too young for", kept).ConfigureAwait(false);
        await trial.RequireGoneAsync("after pruning", ended).ConfigureAwait(false);
        CaseRun.Require(count == ended.Length, $"{ended.Length} families were to be pruned, and the count is {count}");
    }

    private static async Task MovedEndsAsync(TokenStoreTrial trial)
    {
        var renewed = trial.Rows.NewFamily(age: TimeSpan.FromDays(100)) with { IdleExpiresAt = Bound.AddDays(-10) };
        var shortened = trial.Rows.NewFamily(age: TimeSpan.FromDays(100)) with { AbsoluteExpiresAt = Bound.AddDays(60) };
        var revoked = trial.Rows.NewFamily("bob", age: TimeSpan.FromDays(100)) with { AbsoluteExpiresAt = Bound.AddDays(60) };
        await trial.AddAsync(renewed, shortened, revoked).ConfigureAwait(false);
        var (longer, shorter) = (trial.Rows.Rotate(renewed) with { IdleExpiresAt = Bound.AddDays(20) }, trial.Rows.Rotate(shortened) with { AbsoluteExpiresAt = Bound.AddTicks(-1) });
        foreach (var next in new[] { longer, shorter })
        {
            CaseRun.Require(await trial.SwapAsync(trial.First, next).ConfigureAwait(false), "a swap from the stored version was refused");
        }

        await trial.First.RevokeAsync(
            TokenFamilyFilter.ForUser("bob"), new FamilyRevocation(Bound.AddTicks(-1), RevocationReason.User, SampleRows.Now, Delete: false), trial.CancellationToken).ConfigureAwait(false);
        var count = await trial.Second.PruneAsync(Bound, 100, trial.CancellationToken).ConfigureAwait(false);
        await trial.RequireStoredAsync("after pruning by an end that an exchange has moved", longer).ConfigureAwait(false);
        await trial.RequireGoneAsync("after pruning by an end that an exchange has brought forward", shorter).ConfigureAwait(false);
        await trial.RequireGoneAsync("after pruning of what was revoked before the bound", revoked).ConfigureAwait(false);
        CaseRun.Require(count == 2, $"2 families were to be pruned, and the count is {count}");
    }

    private static async Task LimitAsync(TokenStoreTrial trial)
    {
        await trial.AddAsync(Enumerable.Range(0, 10).Select(_ => Ended(trial))).ConfigureAwait(false);
        foreach (var (limit, expected, left) in new[] { (4, 4, 6), (6, 6, 0), (3, 0, 0) })
        {
            var count = await trial.First.PruneAsync(Bound, limit, trial.CancellationToken).ConfigureAwait(false);
            var there = await trial.ListAsync(TokenFamilyFilter.ForUser("alice")).ConfigureAwait(false);
            CaseRun.Require(count == expected, $"pruning with limit {limit} counts {count}, not {expected}");
            CaseRun.Require(there.Count == left, $"pruning with limit {limit} left {there.Count} families, not {left}");
        }
    }

    private static async Task ParallelAsync(TokenStoreTrial trial)
    {
        const int Families = 60;
        await trial.AddAsync(Enumerable.Range(0, Families).Select(_ => Ended(trial))).ConfigureAwait(false);
        var counts = await CaseRun.RaceAsync(8, async caller =>
        {
            var sum = 0;
            for (var i = 0; i < Families; i++)
            {
                var count = await trial.At(caller).PruneAsync(Bound, 5, trial.CancellationToken).ConfigureAwait(false);
                if (count == 0)
                {
                    break;
                }

                sum += count;
            }

            return sum;
        }).ConfigureAwait(false);

        // What one node was deleting may have been left out by the others, and has been counted by that node.
        var rest = await trial.First.PruneAsync(Bound, Families, trial.CancellationToken).ConfigureAwait(false);
        CaseRun.Require(counts.Sum() + rest == Families, $"{Families} families were pruned from two nodes, and they count {counts.Sum() + rest}");
        var there = await trial.ListAsync(TokenFamilyFilter.ForUser("alice")).ConfigureAwait(false);
        CaseRun.Require(there.Count == 0, $"{there.Count} families are left after pruning");
    }

    private static async Task NeverBlocksAsync(TokenStoreTrial trial)
    {
        const int Exchangers = 4;
        var living = Enumerable.Range(0, Exchangers).Select(number => trial.Rows.NewFamily($"user-{number}", age: TimeSpan.FromDays(50))).ToArray();
        await trial.AddAsync([.. living, .. Enumerable.Range(0, 20 * trial.Options.Rounds).Select(_ => Ended(trial))]).ConfigureAwait(false);
        await trial.MeetAsync(
            writers: Exchangers,
            readers: 2,
            times: 5 * trial.Options.Rounds,
            async (caller, swap) =>
            {
                living[caller] = trial.Rows.Rotate(living[caller]);
                CaseRun.Require(
                    await trial.SwapAsync(trial.At(swap), living[caller]).ConfigureAwait(false), $"a swap of {living[caller]}, which nobody else writes, failed beside pruning");
            },
            async caller => await trial.At(caller).PruneAsync(Bound, 3, trial.CancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        await trial.RequireStoredAsync("after pruning beside their exchanges", living).ConfigureAwait(false);
    }

    private static TokenFamily Ended(TokenStoreTrial trial) =>
        SampleRows.Revoked(trial.Rows.NewFamily(age: TimeSpan.FromDays(100)), Bound.AddDays(-1));
}
