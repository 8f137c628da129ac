namespace RefreshTokenRotation.Testing.Conformance.Cases;

/// <summary>The order of lists, and walks through their pages.</summary>
internal static class ListingCases
{
    private const ConformanceGroup Group = ConformanceGroup.Listing;

    private static readonly TokenFamilyFilter Alice = TokenFamilyFilter.ForUser("alice");

    public static IReadOnlyList<ConformanceCase<TokenStoreHarness>> All { get; } =
    [
        TokenCase.Core("list.order", Group, "A list is in ascending order of log-in time.", OrderAsync),
        TokenCase.Optional("list.order-of-ties", Group, "Families with the same log-in time are in ascending order of their id, as Guid compares.", TiesAsync),
        TokenCase.Core("list.limit", Group, "A page holds as many families as its limit, or all that are left.", LimitAsync),
        TokenCase.Core("list.pages", Group, "A walk through the pages shows each family once, even those with the same log-in time.", PagesAsync),
        TokenCase.Core("list.cursor-of-a-deleted-row", Group, "A page begins after its cursor, even if the family there is gone.", DeletedCursorAsync),
        TokenCase.Core("list.while-rows-change", Group, "A family that exists during a whole walk through the pages appears exactly once.", ChangingAsync),
        TokenCase.Core("list.nothing", Group, "A list of nothing is empty.", NothingAsync),
    ];

    private static async Task OrderAsync(TokenStoreTrial trial)
    {
        await trial.AddAsync(Shuffled(trial, 40, number => TimeSpan.FromTicks(number))).ConfigureAwait(false);
        var times = (await trial.ListAsync(Alice).ConfigureAwait(false)).Select(family => family.Grant.CreatedAt.UtcTicks).ToList();
        CaseRun.Require(times.Count == 40, $"40 families were added, and {times.Count} are listed");
        CaseRun.Require(times.SequenceEqual(times.Order()), "the list is not in ascending order of log-in time");
    }

    private static async Task TiesAsync(TokenStoreTrial trial)
    {
        await trial.AddAsync(Shuffled(trial, 40, _ => TimeSpan.Zero)).ConfigureAwait(false);
        var ids = (await trial.ListAsync(Alice).ConfigureAwait(false)).Select(family => family.Grant.FamilyId).ToList();
        CaseRun.Require(ids.SequenceEqual(ids.Order()), "families of one log-in time are not in ascending order of their id");
    }

    private static async Task LimitAsync(TokenStoreTrial trial)
    {
        await trial.AddAsync(Shuffled(trial, 12, number => TimeSpan.FromSeconds(number / 3))).ConfigureAwait(false);
        foreach (var limit in new[] { 1, 2, 11, 12, 13 })
        {
            var page = await trial.ListAsync(Alice, limit: limit).ConfigureAwait(false);
            CaseRun.Require(page.Count == Math.Min(limit, 12), $"12 families are there, and a page with limit {limit} holds {page.Count}");
        }
    }

    private static async Task PagesAsync(TokenStoreTrial trial)
    {
        // Ties are longer than a page.
        var families = Shuffled(trial, 30, number => TimeSpan.FromTicks(number / 7));
        await trial.AddAsync([.. families, trial.Rows.NewFamily("bob")]).ConfigureAwait(false);
        foreach (var limit in new[] { 1, 4, 29 })
        {
            var seen = await WalkAsync(trial, limit, static () => Task.CompletedTask).ConfigureAwait(false);
            RequireOnce(families, seen);
            CaseRun.Require(seen.Count == families.Length, $"{families.Length} families are there, and a walk with limit {limit} showed {seen.Count}");
        }
    }

    private static async Task DeletedCursorAsync(TokenStoreTrial trial)
    {
        await trial.AddAsync(Shuffled(trial, 12, number => TimeSpan.FromTicks(number / 4))).ConfigureAwait(false);
        var all = await trial.ListAsync(Alice).ConfigureAwait(false);
        await trial.RevokeAsync(trial.First, TokenFamilyFilter.ForFamily(all[4].Grant.FamilyId), delete: true).ConfigureAwait(false);
        var rest = await trial.ListAsync(Alice, Place(all[4])).ConfigureAwait(false);
        CaseRun.Require(
            rest.Select(family => family.Grant.FamilyId).SequenceEqual(all.Skip(5).Select(family => family.Grant.FamilyId)),
            $"7 families are behind the place of a deleted one, and the page from there shows {rest.Count}, or others");
    }

    private static async Task ChangingAsync(TokenStoreTrial trial)
    {
        for (var round = 0; round < trial.Options.Rounds; round++)
        {
            var staying = Shuffled(trial, 20, number => TimeSpan.FromTicks(number * 3));
            var leaving = new Queue<TokenFamily>(Shuffled(trial, 20, number => TimeSpan.FromTicks((number * 3) + 1)));
            await trial.AddAsync([.. staying, .. leaving]).ConfigureAwait(false);
            var changed = staying.ToArray();
            var seen = await WalkAsync(trial, 3, async () =>
            {
                for (var i = 0; i < 2 && leaving.TryDequeue(out var family); i++)
                {
                    await trial.RevokeAsync(trial.First, TokenFamilyFilter.ForFamily(family.Grant.FamilyId), delete: true).ConfigureAwait(false);
                }

                await trial.AddAsync(trial.Rows.NewFamily(age: TimeSpan.FromTicks(trial.Rows.NewNumber(60)))).ConfigureAwait(false);
                var number = trial.Rows.NewNumber(changed.Length);
                changed[number] = trial.Rows.Rotate(changed[number]);
                await trial.SwapAsync(trial.First, changed[number]).ConfigureAwait(false);
            }).ConfigureAwait(false);
            RequireOnce(staying, seen);
            await trial.RevokeAsync(trial.First, Alice, delete: true).ConfigureAwait(false);
        }
    }

    private static async Task NothingAsync(TokenStoreTrial trial)
    {
        var empty = await trial.ListAsync(TokenFamilyFilter.ForTenant(string.Empty)).ConfigureAwait(false);
        CaseRun.Require(empty.Count == 0, $"a list of an empty store shows {empty.Count} families");
        await trial.AddAsync(trial.Rows.NewFamily()).ConfigureAwait(false);
        var other = await trial.ListAsync(TokenFamilyFilter.ForTenant("nobody")).ConfigureAwait(false);
        CaseRun.Require(other.Count == 0, $"a list of an unknown tenant shows {other.Count} families");
    }

    private static TokenFamily[] Shuffled(TokenStoreTrial trial, int count, Func<int, TimeSpan> age) =>
        [.. Enumerable.Range(0, count).Select(number => trial.Rows.NewFamily(age: age(number))).OrderBy(family => family.Grant.LookupKey.GetHashCode())];

    private static async Task<List<Guid>> WalkAsync(TokenStoreTrial trial, int limit, Func<Task> betweenPages)
    {
        var seen = new List<Guid>();
        TokenFamilyCursor? after = null;
        for (var pages = 0; pages < 1000; pages++)
        {
            var page = await trial.ListAsync(Alice, after, limit, trial.At(pages)).ConfigureAwait(false);
            CaseRun.Require(page.Count <= limit, $"a page with limit {limit} holds {page.Count}");
            seen.AddRange(page.Select(family => family.Grant.FamilyId));
            if (page.Count < limit)
            {
                return seen;
            }

            after = Place(page[^1]);
            await betweenPages().ConfigureAwait(false);
        }

        throw new BrokenClauseException("a walk through the pages does not end");
    }

    private static void RequireOnce(IEnumerable<TokenFamily> families, List<Guid> seen)
    {
        foreach (var family in families)
        {
            var times = seen.Count(id => id == family.Grant.FamilyId);
            CaseRun.Require(times == 1, $"a walk through the pages showed {family} {times} times");
        }
    }

    private static TokenFamilyCursor Place(TokenFamily family) => new(family.Grant.CreatedAt, family.Grant.FamilyId);
}
