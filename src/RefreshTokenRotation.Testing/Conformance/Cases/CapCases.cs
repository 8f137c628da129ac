namespace RefreshTokenRotation.Testing.Conformance.Cases;

/// <summary>Which families an add evicts.</summary>
internal static class CapCases
{
    private const ConformanceGroup Group = ConformanceGroup.Cap;

    public static IReadOnlyList<ConformanceCase<TokenStoreHarness>> All { get; } =
    [
        TokenCase.Core("cap.evicts-the-oldest", Group, "An add evicts the oldest active families beyond the cap: it deletes them and reports them as they were.", OldestAsync),
        TokenCase.Core("cap.age-of-the-current-token", Group, "The oldest family is the one whose current token was issued first, whenever its user logged in.", CurrentTokenAsync),
        TokenCase.Core("cap.ended-do-not-count", Group, "Revoked and expired families do not count and are not evicted. A family has expired at the very instant of its bound.", EndedAsync),
        TokenCase.Core("cap.never-the-added-one", Group, "The added family is never evicted, whatever the clocks say.", NeverTheAddedAsync),
        TokenCase.Core("cap.one-owner", Group, "The cap holds separately for each tenant, subject and client.", OneOwnerAsync),
        TokenCase.Core("cap.lowered", Group, "An add evicts as many as it takes to leave no more than the cap.", LoweredAsync),
        TokenCase.Optional("cap.ended-are-bounded", Group, "An add leaves no more ended families of its owner than the contract allows: it deletes the oldest, spares the newest and other owners, and reports none.", EndedBoundAsync),
    ];

    private static async Task OldestAsync(TokenStoreTrial trial)
    {
        var full = trial.Rows.NewFullFamily();
        var (user, client, tenant) = (full.Grant.Subject, full.Grant.ClientId, full.Grant.TenantId);
        var oldest = full with { RotatedAt = SampleRows.Now.AddTicks(-20) };
        var middle = trial.Rows.NewFamily(user, client, tenant, TimeSpan.FromTicks(19));
        var newest = trial.Rows.NewFamily(user, client, tenant, TimeSpan.FromTicks(18));
        await trial.AddAsync(newest, oldest, middle).ConfigureAwait(false);
        await RequireEvictedAsync(trial, trial.Rows.NewFamily(user, client, tenant), 3, SampleRows.Now, oldest).ConfigureAwait(false);
        await RequireEvictedAsync(trial, trial.Rows.NewFamily(user, client, tenant), 3, SampleRows.Now, middle).ConfigureAwait(false);
        await trial.RequireStoredAsync("after adds that spare it", newest).ConfigureAwait(false);
    }

    private static async Task CurrentTokenAsync(TokenStoreTrial trial)
    {
        var loggedInFirst = trial.Rows.NewFamily(age: TimeSpan.FromHours(3));
        var loggedInLater = trial.Rows.NewFamily(age: TimeSpan.FromHours(1));
        await trial.AddAsync(loggedInFirst, loggedInLater).ConfigureAwait(false);
        var rotated = trial.Rows.Rotate(loggedInFirst, SampleRows.Now.AddMinutes(-5));
        CaseRun.Require(await trial.SwapAsync(trial.Second, rotated).ConfigureAwait(false), "a swap from the stored version was refused");
        await RequireEvictedAsync(trial, trial.Rows.NewFamily(), 2, SampleRows.Now, loggedInLater).ConfigureAwait(false);
        await trial.RequireStoredAsync("after an add that spares it", rotated).ConfigureAwait(false);
    }

    private static async Task EndedAsync(TokenStoreTrial trial)
    {
        var now = SampleRows.Now;
        var hour = TimeSpan.FromHours(1);
        TokenFamily[] ended =
        [
            SampleRows.Revoked(trial.Rows.NewFamily(age: 9 * hour), now.AddHours(-1)),
            SampleRows.Revoked(trial.Rows.NewFamily(age: 8 * hour), now.AddHours(1)),
            trial.Rows.NewFamily(age: 7 * hour) with { AbsoluteExpiresAt = now },
            trial.Rows.NewFamily(age: 6 * hour) with { IdleExpiresAt = now, AbsoluteExpiresAt = now.AddDays(1) },
            trial.Rows.NewFamily() with { AbsoluteExpiresAt = now.AddTicks(-1) },
        ];
        var living = trial.Rows.NewFamily(age: 2 * hour) with { AbsoluteExpiresAt = now.AddTicks(1), IdleExpiresAt = now.AddTicks(1) };
        var younger = trial.Rows.NewFamily(age: hour) with { IdleExpiresAt = now.AddDays(1) };
        await trial.AddAsync([.. ended, younger, living]).ConfigureAwait(false);
        await RequireEvictedAsync(trial, trial.Rows.NewFamily(), 3, now).ConfigureAwait(false);
        await RequireEvictedAsync(trial, trial.Rows.NewFamily(), 3, now, living).ConfigureAwait(false);
        await trial.RequireStoredAsync("after an add that does not count it", ended).ConfigureAwait(false);
    }

    private static async Task NeverTheAddedAsync(TokenStoreTrial trial)
    {
        var there = trial.Rows.NewFamily();
        var old = trial.Rows.NewFamily(age: TimeSpan.FromDays(400));
        await trial.AddAsync(there).ConfigureAwait(false);
        await RequireEvictedAsync(trial, old, 1, SampleRows.Now, there).ConfigureAwait(false);

        // Nor does one that has ended by now make room for itself.
        var expired = trial.Rows.NewFamily(age: TimeSpan.FromDays(500)) with { AbsoluteExpiresAt = SampleRows.Now.AddDays(-100) };
        await trial.First.AddAsync(expired, 1, SampleRows.Now, trial.CancellationToken).ConfigureAwait(false);
        await trial.RequireStoredAsync("after its own add", expired).ConfigureAwait(false);
    }

    private static async Task OneOwnerAsync(TokenStoreTrial trial)
    {
        var age = TimeSpan.FromHours(1);
        TokenFamily[] others =
        [
            trial.Rows.NewFamily("alice", "phone", age: age),
            trial.Rows.NewFamily("bob", "web", age: age),
            trial.Rows.NewFamily("alice", "web", "tenant", age),
            trial.Rows.NewFamily("Alice", "web", age: age),
            trial.Rows.NewFamily("alice", "WEB", age: age),
        ];
        await trial.AddAsync(others).ConfigureAwait(false);
        await RequireEvictedAsync(trial, trial.Rows.NewFamily(), 1, SampleRows.Now).ConfigureAwait(false);
        await trial.RequireStoredAsync("after an add for another owner", others).ConfigureAwait(false);
    }

    private static async Task LoweredAsync(TokenStoreTrial trial)
    {
        var families = Enumerable.Range(1, 7).Select(hours => trial.Rows.NewFamily(age: TimeSpan.FromHours(hours))).ToArray();
        await trial.AddAsync(families).ConfigureAwait(false);
        await RequireEvictedAsync(trial, trial.Rows.NewFamily(), 3, SampleRows.Now, families[2..]).ConfigureAwait(false);
        var left = await trial.ListAsync(TokenFamilyFilter.ForUserAndClient("alice", "web")).ConfigureAwait(false);
        CaseRun.Require(left.Count == 3, $"{left.Count} families are left where the cap is 3");
    }

    private static async Task EndedBoundAsync(TokenStoreTrial trial)
    {
        const int Many = ITokenStore.MaxEndedPerOwner + 2;
        var now = SampleRows.Now;
        var other = SampleRows.Revoked(trial.Rows.NewFamily("bob", age: TimeSpan.FromDays(400)), now.AddDays(-300));
        var active = trial.Rows.NewFamily(age: TimeSpan.FromDays(300)) with { AbsoluteExpiresAt = now.AddTicks(1) };
        await trial.AddAsync(other, active).ConfigureAwait(false);

        // In no order of age, but for the two newest: an add that deletes on the way must spare them. Half are revoked, half expired.
        var ages = Enumerable.Range(1, Many).Select(i => i * 389 % (Many + 1)).OrderBy(age => age <= 2);
        var ended = ages.Select(age => trial.Rows.NewFamily(age: TimeSpan.FromHours(age)) is var family && age % 2 == 0
            ? SampleRows.Revoked(family, now.AddMinutes(-1))
            : family with { IdleExpiresAt = now }).ToArray();
        await trial.AddAsync(ended).ConfigureAwait(false);

        var added = trial.Rows.NewFamily();
        await RequireEvictedAsync(trial, added, 2, now).ConfigureAwait(false);
        await trial.RequireStoredAsync("after an add that deletes ended families", active).ConfigureAwait(false);
        await trial.RequireStoredAsync("after an add of another owner", other).ConfigureAwait(false);
        var kept = (await trial.ListAsync(TokenFamilyFilter.ForUserAndClient("alice", "web"), limit: Many * 2).ConfigureAwait(false))
            .Where(row => row.GetState(now) != FamilyState.Active).Select(row => row.Grant.FamilyId).ToHashSet();
        CaseRun.Require(
            kept.Count is >= ITokenStore.KeptEndedPerOwner and <= ITokenStore.MaxEndedPerOwner, $"{kept.Count} ended families of one owner are left");
        var newest = ended.OrderByDescending(family => family.CurrentTokenIssuedAt).Take(kept.Count).Select(family => family.Grant.FamilyId);
        CaseRun.Require(kept.SetEquals(newest), "the ended families that are left are not the newest");
    }

    private static async Task RequireEvictedAsync(TokenStoreTrial trial, TokenFamily added, int cap, DateTimeOffset now, params TokenFamily[] expected)
    {
        var evicted = await trial.First.AddAsync(added, cap, now, trial.CancellationToken).ConfigureAwait(false);
        await trial.RequireStoredAsync("after its own add", added).ConfigureAwait(false);
        CaseRun.Require(evicted.Count == expected.Length, $"an add with cap {cap} reports {evicted.Count} evicted families, not {expected.Length}");
        foreach (var family in expected)
        {
            RowComparison.Require(
                family, evicted.FirstOrDefault(other => other.Grant.FamilyId == family.Grant.FamilyId), "in the report of what was evicted");
            await trial.RequireGoneAsync("after its eviction", family).ConfigureAwait(false);
        }
    }
}
