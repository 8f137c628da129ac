using System.Collections.Concurrent;

namespace RefreshTokenRotation.Testing.Conformance.Cases;

/// <summary>The cap under parallel adds and exchanges.</summary>
internal static class CapRaceCases
{
    private const ConformanceGroup Group = ConformanceGroup.Cap;

    public static IReadOnlyList<ConformanceCase<TokenStoreHarness>> All { get; } =
    [
        TokenCase.Core("cap.parallel-adds", Group, "Adds of one owner come one after the other: parallel log-ins never leave more than the cap, and no victim is reported twice.", ParallelAddsAsync),
        TokenCase.Core("cap.never-more", Group, "Adding and evicting are one step: there are never more active families than the cap.", NeverMoreAsync),
        TokenCase.Core("cap.changed-victim", Group, "A victim that has changed since it was chosen is spared, and another is chosen.", ChangedVictimAsync),
        TokenCase.Core("cap.among-other-writes", Group, "The cap holds while the same families are exchanged, revoked, deleted and pruned, and no victim is reported twice.", AmongOtherWritesAsync),
        TokenCase.Core("cap.parallel-owners", Group, "Parallel adds of many owners do not block each other.", ParallelOwnersAsync),
    ];

    private static async Task ParallelAddsAsync(TokenStoreTrial trial)
    {
        const int Cap = 3;
        for (var round = 0; round < trial.Options.Rounds; round++)
        {
            var user = trial.Rows.NewName("user");
            var families = Enumerable.Range(0, trial.Options.Callers)
                .Select(number => trial.Rows.NewFamily(user, age: TimeSpan.FromSeconds(number)))
                .ToArray();
            var reports = await CaseRun.RaceAsync(
                families.Length,
                async caller => await trial.At(caller).AddAsync(families[caller], Cap, SampleRows.Now, trial.CancellationToken).ConfigureAwait(false)).ConfigureAwait(false);

            var left = await trial.ListAsync(TokenFamilyFilter.ForUser(user)).ConfigureAwait(false);
            CaseRun.Require(left.Count == Math.Min(Cap, families.Length), $"{families.Length} parallel adds with cap {Cap} left {left.Count} families");
            var told = reports.SelectMany(report => report).Concat(left).Select(family => family.Grant.FamilyId).ToList();
            var twice = told.Count - told.Distinct().Count();
            CaseRun.Require(twice == 0, $"{twice} families were reported as evicted twice, or are still there");
            CaseRun.Require(told.Count == families.Length, $"{families.Length - told.Count} families are gone, and no add reported them");
            for (var i = 0; i < families.Length; i++)
            {
                CaseRun.Require(
                    reports[i].All(victim => victim.Grant.FamilyId != families[i].Grant.FamilyId), $"the add of {families[i]} evicted it");
            }
        }
    }

    private static async Task NeverMoreAsync(TokenStoreTrial trial)
    {
        const int Cap = 2;
        var user = trial.Rows.NewName("user");
        var filter = TokenFamilyFilter.ForUser(user) with { State = FamilyState.Active };
        await trial.MeetAsync(
            writers: 2,
            readers: 2,
            times: 5 * trial.Options.Rounds,
            async (caller, _) =>
            {
                var family = trial.Rows.NewFamily(user, age: TimeSpan.FromSeconds(trial.Rows.NewNumber(1000)));
                await trial.At(caller).AddAsync(family, Cap, SampleRows.Now, trial.CancellationToken).ConfigureAwait(false);
            },
            async caller =>
            {
                var seen = await trial.ListAsync(filter, store: trial.At(caller)).ConfigureAwait(false);

                // A list is no snapshot. But what it showed and what is still there behind it was there at one moment, its end.
                var there = 0;
                foreach (var family in seen.Count > Cap ? seen : [])
                {
                    there += await trial.At(caller).FindAsync(family.Grant.LookupKey, trial.CancellationToken).ConfigureAwait(false) is { RevokedAt: null } ? 1 : 0;
                }

                CaseRun.Require(there <= Cap, $"{there} active families are there at one moment where the cap is {Cap}");
            }).ConfigureAwait(false);
    }

    /// <summary>Either the swap comes first, and then the add must choose the other family, or the add does, and then the swap must fail.</summary>
    private static async Task ChangedVictimAsync(TokenStoreTrial trial)
    {
        for (var round = 0; round < 5 * trial.Options.Rounds; round++)
        {
            var user = trial.Rows.NewName("user");
            var oldest = trial.Rows.NewFamily(user, age: TimeSpan.FromHours(2));
            var other = trial.Rows.NewFamily(user, age: TimeSpan.FromHours(1));
            var rotated = trial.Rows.Rotate(oldest);
            await trial.AddAsync(oldest, other).ConfigureAwait(false);

            IReadOnlyList<TokenFamily> evicted = [];
            var swapped = false;
            await CaseRun.RaceAsync(2, async caller =>
            {
                if (caller == round % 2)
                {
                    swapped = await trial.SwapAsync(trial.First, rotated).ConfigureAwait(false);
                }
                else
                {
                    evicted = await trial.Second.AddAsync(trial.Rows.NewFamily(user), 2, SampleRows.Now, trial.CancellationToken).ConfigureAwait(false);
                }
            }).ConfigureAwait(false);

            CaseRun.Require(evicted.Count == 1, $"an add reports {evicted.Count} evicted families, not 1");
            if (swapped)
            {
                await trial.RequireStoredAsync("after a swap that made it the newest, and an add beside it", rotated).ConfigureAwait(false);
                RowComparison.Require(other, evicted[0], "in the report of what was evicted, when the oldest had just been rotated");
                await trial.RequireGoneAsync("after its eviction", other).ConfigureAwait(false);
            }
            else
            {
                await trial.RequireGoneAsync("after its eviction, which came before the swap", oldest).ConfigureAwait(false);
                RowComparison.Require(oldest, evicted[0], "in the report of what was evicted, when the swap came too late");
            }
        }
    }

    private static async Task AmongOtherWritesAsync(TokenStoreTrial trial)
    {
        const int Cap = 3;
        var user = trial.Rows.NewName("user");
        var evicted = new ConcurrentQueue<Guid>();
        await trial.MeetAsync(
            writers: 4,
            readers: 4,
            times: 3 * trial.Options.Rounds,
            async (caller, _) =>
            {
                var family = trial.Rows.NewFamily(user, age: TimeSpan.FromSeconds(trial.Rows.NewNumber(1000)));
                foreach (var victim in await trial.At(caller).AddAsync(family, Cap, SampleRows.Now, trial.CancellationToken).ConfigureAwait(false))
                {
                    evicted.Enqueue(victim.Grant.FamilyId);
                }
            },
            async caller =>
            {
                var store = trial.At(caller);
                var all = await trial.ListAsync(TokenFamilyFilter.ForUser(user), store: store).ConfigureAwait(false);
                await (all.Count == 0 ? Task.CompletedTask : trial.Rows.NewNumber(6) switch
                {
                    0 => trial.RevokeAsync(store, TokenFamilyFilter.ForFamily(all[0].Grant.FamilyId)),
                    1 => trial.RevokeAsync(store, TokenFamilyFilter.ForFamily(all[^1].Grant.FamilyId), delete: true),
                    2 => store.PruneAsync(SampleRows.Now.AddDays(1), 2, trial.CancellationToken).AsTask(),
                    _ => trial.SwapAsync(store, trial.Rows.Rotate(all[trial.Rows.NewNumber(all.Count)])),
                }).ConfigureAwait(false);
            }).ConfigureAwait(false);

        var active = (await trial.ListAsync(TokenFamilyFilter.ForUser(user)).ConfigureAwait(false)).Count(family => family.RevokedAt is null);
        CaseRun.Require(active <= Cap, $"{active} active families are left where the cap is {Cap}");
        var twice = evicted.GroupBy(id => id).Count(ids => ids.Count() > 1);
        CaseRun.Require(twice == 0, $"{twice} families were reported as evicted twice");
    }

    private static async Task ParallelOwnersAsync(TokenStoreTrial trial)
    {
        const int Cap = 2;
        var owners = Enumerable.Range(0, 8).Select(number => (User: $"user-{number % 4}", Client: $"client-{number / 4}")).ToArray();
        await CaseRun.RaceAsync(trial.Options.Callers, async caller =>
        {
            for (var i = 0; i < 4; i++)
            {
                var (user, client) = owners[(caller + i) % owners.Length];
                var family = trial.Rows.NewFamily(user, client, age: TimeSpan.FromSeconds(trial.Rows.NewNumber(1000)));
                await trial.At(caller).AddAsync(family, Cap, SampleRows.Now, trial.CancellationToken).ConfigureAwait(false);
            }
        }).ConfigureAwait(false);
        foreach (var (user, client) in owners)
        {
            var left = await trial.ListAsync(TokenFamilyFilter.ForUserAndClient(user, client)).ConfigureAwait(false);
            CaseRun.Require(left.Count <= Cap, $"{left.Count} families of one owner are left where the cap is {Cap}");
        }
    }
}
