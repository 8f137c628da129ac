using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Storage;

[TestFixture]
internal sealed class ListTests
{
    private static readonly DateTimeOffset T = FakeTime.Start;

    private InMemoryTokenStore _store = null!;

    [SetUp]
    public void SetUp() => _store = new InMemoryTokenStore();

    [Test]
    public async Task Families_come_by_log_in_time_then_by_id()
    {
        var families = Enumerable.Range(0, 40).Select(i => Rows.New(createdAt: T.AddSeconds(i % 5))).ToArray();
        await _store.AddAllAsync(families);

        (await _store.ListAsync(new TokenFamilyFilter())).Should().Equal(
            families.OrderBy(family => family.Grant.CreatedAt).ThenBy(family => family.Grant.FamilyId));
    }

    [Test]
    public async Task Order_goes_by_log_in_time_and_not_by_rotation()
    {
        var first = Rows.New(createdAt: T);
        var second = Rows.New(createdAt: T.AddSeconds(1));
        await _store.AddAllAsync(first.Rotated(T.AddHours(1)), second);

        (await _store.ListAsync(new TokenFamilyFilter())).Select(family => family.Grant).Should().Equal(first.Grant, second.Grant);
    }

    [TestCase(1)]
    [TestCase(7)]
    [TestCase(30)]
    [TestCase(31)]
    public async Task Limit_bounds_a_page_and_the_pages_together_are_the_list(int limit)
    {
        var families = Enumerable.Range(0, 30).Select(i => Rows.New(createdAt: T.AddSeconds(i / 4))).ToArray();
        await _store.AddAllAsync(families);

        var seen = await WalkAsync(limit, _ => Task.CompletedTask);

        seen.Should().Equal((await _store.ListAsync(new TokenFamilyFilter())).Select(family => family.Grant.FamilyId));
    }

    [Test]
    public async Task Family_that_stays_appears_exactly_once_while_others_come_and_go()
    {
        const int Seed = 20_260_101;
        var random = new Random(Seed);
        var stable = Enumerable.Range(0, 60).Select(_ => Rows.New(createdAt: T.AddSeconds(random.Next(20)))).ToArray();
        var volatiles = Enumerable.Range(0, 60).Select(_ => Rows.New(createdAt: T.AddSeconds(random.Next(20)))).ToList();
        await _store.AddAllAsync([.. stable, .. volatiles]);

        var seen = await WalkAsync(7, async _ =>
        {
            for (var i = 0; i < 5; i++)
            {
                var gone = volatiles[random.Next(volatiles.Count)];
                await _store.RevokeAsync(TokenFamilyFilter.ForFamily(gone.Grant.FamilyId), delete: true);
                volatiles.Remove(gone);
                var come = Rows.New(createdAt: T.AddSeconds(random.Next(20)));
                await _store.AddAsync(come);
                volatiles.Add(come);
                var rotating = stable[random.Next(stable.Length)];
                await _store.SwapAsync((await _store.FindAsync(rotating))!.Rotated(T.AddHours(1)));
            }
        });

        seen.Should().OnlyHaveUniqueItems($"seed {Seed}");
        seen.Should().Contain(stable.Select(family => family.Grant.FamilyId), $"seed {Seed}");
    }

    [Test]
    public async Task Place_of_a_family_that_is_gone_is_still_a_place()
    {
        var families = Enumerable.Range(0, 4).Select(i => Rows.New(createdAt: T.AddSeconds(i))).ToArray();
        await _store.AddAllAsync(families);
        await _store.RevokeAsync(TokenFamilyFilter.ForFamily(families[1].Grant.FamilyId), delete: true);

        (await _store.ListAsync(new TokenFamilyFilter(), families[1].Place())).Should().Equal(families[2..]);
    }

    [Test]
    public async Task State_is_judged_by_the_time_of_the_query()
    {
        var active = Rows.New() with { IdleExpiresAt = T.AddMinutes(1).AddTicks(1) };
        var expired = Rows.New() with { IdleExpiresAt = T.AddMinutes(1) };
        var revoked = Rows.New().Revoke(T, RevocationReason.User);
        await _store.AddAllAsync(active, expired, revoked);

        (await ListAsync(FamilyState.Active, T.AddMinutes(1))).Should().Equal(active);
        (await ListAsync(FamilyState.Expired, T.AddMinutes(1))).Should().Equal(expired);
        (await ListAsync(FamilyState.Revoked, T.AddMinutes(1))).Should().Equal(revoked);
        (await ListAsync(FamilyState.Active, T)).Should().BeEquivalentTo([active, expired]);
    }

    [Test]
    public async Task Filters_narrow_the_list_together()
    {
        var wanted = Rows.New("alice", "spa", session: "s", resources: "api");
        await _store.AddAllAsync(
            wanted,
            Rows.New("alice", "spa", session: "s"),
            Rows.New("alice", "spa", resources: "api"),
            Rows.New("alice", "app", session: "s", resources: "api"),
            Rows.New("bob", "spa", session: "s", resources: "api"),
            Rows.New("alice", "spa", "t", session: "s", resources: "api"));

        var filter = TokenFamilyFilter.ForGrant("alice", "spa", "api") with { SessionId = "s" };

        (await _store.ListAsync(filter)).Should().Equal(wanted);
    }

    private Task<IReadOnlyList<TokenFamily>> ListAsync(FamilyState state, DateTimeOffset now) =>
        _store.ListAsync(new TokenFamilyFilter { State = state }, now: now);

    private async Task<List<Guid>> WalkAsync(int limit, Func<int, Task> betweenPages)
    {
        var seen = new List<Guid>();
        TokenFamilyCursor? after = null;
        for (var page = 0; ; page++)
        {
            var families = await _store.ListAsync(new TokenFamilyFilter(), after, limit);
            families.Count.Should().BeLessThanOrEqualTo(limit);
            seen.AddRange(families.Select(family => family.Grant.FamilyId));
            if (families.Count < limit)
            {
                return seen;
            }

            after = families[^1].Place();
            await betweenPages(page);
        }
    }
}
