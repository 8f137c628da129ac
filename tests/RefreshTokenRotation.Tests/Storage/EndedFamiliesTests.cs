using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Storage;

/// <summary>What has ended costs neither log-ins nor lists, and is bounded for each owner.</summary>
[TestFixture]
internal sealed class EndedFamiliesTests
{
    private static readonly DateTimeOffset Now = FakeTime.Start;
    private static readonly TokenFamilyFilter Active = TokenFamilyFilter.ForUser("alice") with { State = FamilyState.Active };

    [Test]
    public async Task Log_ins_and_log_outs_without_end_leave_a_bounded_number_off_the_path_of_cap_and_list()
    {
        var store = new InMemoryTokenStore();
        for (var i = 0; i < 10_000; i++)
        {
            var family = Rows.New("alice", id: i);
            await store.AddAsync(family, 200, Now, default);
            await store.RevokeAsync(
                TokenFamilyFilter.ForFamily(family.Grant.FamilyId), new FamilyRevocation(Now, RevocationReason.User, Now, Delete: false), default);
        }

        var living = Rows.New("alice", id: 900_000);
        await store.AddAsync(living, 200, Now, default);

        store.Table.Candidates(Active, Now).Should().HaveCount(1, "a log-in and a list of active families look at no ended one");
        (await store.ListAsync(new TokenFamilyQuery(Active, null, 10, Now), default)).Should().Equal(living);
        store.Table.Counts.LookupKeys.Should().BeInRange(ITokenStore.KeptEndedPerOwner, ITokenStore.MaxEndedPerOwner + 1);
        store.Table.Counts.Users.Should().Be(1);
        IndexChecks.ShouldAgree(store);
    }

    [Test]
    public async Task Another_client_of_the_user_has_a_bound_of_its_own()
    {
        var store = new InMemoryTokenStore();
        var other = Rows.New("alice", "phone", id: 1) with { RevokedAt = Now };
        await store.AddAsync(other, 200, Now, default);
        for (var i = 0; i < 1200; i++)
        {
            await store.AddAsync(Rows.New("alice", "web", id: 10 + i) with { RevokedAt = Now }, 200, Now, default);
        }

        (await store.FindAsync(other.Grant.LookupKey, default)).Should().Be(other);
        IndexChecks.ShouldAgree(store);
    }

    [Test]
    public async Task Family_that_expired_for_a_clock_ahead_counts_for_a_clock_behind()
    {
        var store = new InMemoryTokenStore();
        var family = Rows.New("alice", id: 1) with { AbsoluteExpiresAt = Now };
        await store.AddAsync(family, 5, Now, default);
        await store.AddAsync(Rows.New("alice", id: 2) with { RotatedAt = Now.AddHours(1) }, 5, Now, default);

        (await store.ListAsync(new TokenFamilyQuery(Active, null, 10, Now), default)).Should().HaveCount(1);
        (await store.ListAsync(new TokenFamilyQuery(Active, null, 10, Now.AddTicks(-1)), default)).Should().HaveCount(2);
        (await store.AddAsync(Rows.New("alice", id: 3), 2, Now.AddTicks(-1), default)).Should().Equal(family);
        IndexChecks.ShouldAgree(store);
    }

    [Test]
    public async Task Family_that_a_swap_brings_back_is_found_again()
    {
        var store = new InMemoryTokenStore();
        var family = Rows.New("alice", id: 1) with { IdleExpiresAt = Now };
        await store.AddAsync(family, 5, Now, default);
        await store.AddAsync(Rows.New("bob", id: 2), 5, Now, default);
        await store.AddAsync(Rows.New("alice", id: 3), 5, Now, default);

        var longer = family with { Version = family.Version + 1, IdleExpiresAt = Now.AddDays(1) };
        (await store.CompareAndSwapAsync(longer, family.Version, default)).Should().BeTrue();

        (await store.ListAsync(new TokenFamilyQuery(Active, null, 10, Now), default)).Should().Contain(longer).And.HaveCount(2);
        IndexChecks.ShouldAgree(store);
    }

    [Test]
    public async Task Ended_families_are_revoked_deleted_pruned_and_listed_as_before()
    {
        var store = new InMemoryTokenStore();
        var expired = Enumerable.Range(1, 6).Select(id => Rows.New("alice", id: id) with { IdleExpiresAt = Now.AddDays(-1) }).ToArray();
        await store.AddAllAsync(expired);
        await store.AddAsync(Rows.New("alice", id: 10), 5, Now, default);

        var all = TokenFamilyFilter.ForUser("alice");
        (await store.ListAsync(new TokenFamilyQuery(all, null, 10, Now), default)).Should().HaveCount(7);
        (await store.ListAsync(new TokenFamilyQuery(all with { State = FamilyState.Expired }, null, 10, Now), default)).Should().HaveCount(6);
        (await store.RevokeAsync(all, new FamilyRevocation(Now, RevocationReason.User, Now, Delete: false), default)).Should().Be(7);
        (await store.PruneAsync(Now, 3, default)).Should().Be(3);
        IndexChecks.ShouldAgree(store);
        (await store.RevokeAsync(all, new FamilyRevocation(Now, RevocationReason.User, Now, Delete: true), default)).Should().Be(4);
        store.Table.Counts.Users.Should().Be(0);
    }
}
