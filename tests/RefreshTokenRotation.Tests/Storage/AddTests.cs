using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Storage;

/// <summary>Adding, and the cap that goes with it, one caller at a time.</summary>
[TestFixture]
internal sealed class AddTests
{
    private static readonly DateTimeOffset T = FakeTime.Start;

    private InMemoryTokenStore _store = null!;

    [SetUp]
    public void SetUp() => _store = new InMemoryTokenStore();

    [Test]
    public async Task Added_family_is_found_as_it_was_given()
    {
        var family = Rows.New(session: "s", resources: "api");

        (await _store.AddAsync(family)).Should().BeEmpty();

        (await _store.FindAsync(family)).Should().Be(family);
        (await _store.FindAsync(Rows.New())).Should().BeNull();
    }

    [Test]
    public async Task Beyond_the_cap_the_family_whose_current_token_is_oldest_is_deleted_and_returned()
    {
        var rotated = Rows.New(createdAt: T).Rotated(T.AddMinutes(9));
        var oldest = Rows.New(createdAt: T.AddMinutes(2));
        var younger = Rows.New(createdAt: T.AddMinutes(3));
        await _store.AddAllAsync(rotated, oldest, younger);

        var evicted = await _store.AddAsync(Rows.New(createdAt: T.AddMinutes(10)), cap: 3, now: T.AddMinutes(10));

        evicted.Should().Equal(oldest);
        (await _store.FindAsync(oldest)).Should().BeNull();
        (await _store.FindAsync(rotated)).Should().NotBeNull();
        (await _store.FindAsync(younger)).Should().NotBeNull();
    }

    [Test]
    public async Task Eviction_reports_the_row_as_it_was_when_it_was_deleted()
    {
        var first = Rows.New();
        await _store.AddAsync(first);
        var rotated = first.Rotated(T.AddSeconds(1));
        (await _store.SwapAsync(rotated)).Should().BeTrue();

        (await _store.AddAsync(Rows.New(createdAt: T.AddMinutes(1)), cap: 1)).Should().Equal(rotated);
    }

    [Test]
    public async Task Below_the_cap_nothing_is_evicted()
    {
        for (var i = 0; i < 5; i++)
        {
            (await _store.AddAsync(Rows.New(), cap: 5)).Should().BeEmpty();
        }

        (await _store.ListAsync(new TokenFamilyFilter())).Should().HaveCount(5);
    }

    [Test]
    public async Task New_family_is_never_evicted_even_if_its_clock_is_behind()
    {
        var other = Rows.New(createdAt: T);
        await _store.AddAsync(other);
        var behind = Rows.New(createdAt: T.AddDays(-1));

        (await _store.AddAsync(behind, cap: 1, now: T.AddDays(-1))).Should().Equal(other);

        (await _store.FindAsync(behind)).Should().Be(behind);
    }

    [Test]
    public async Task Lowered_cap_evicts_several_oldest_first()
    {
        var old = Enumerable.Range(0, 6).Select(i => Rows.New(createdAt: T.AddMinutes(i))).ToArray();
        await _store.AddAllAsync([.. old.Reverse()]);

        var evicted = await _store.AddAsync(Rows.New(createdAt: T.AddHours(1)), cap: 3, now: T.AddHours(1));

        evicted.Should().Equal(old[..4]);
        (await _store.ListAsync(new TokenFamilyFilter())).Should().HaveCount(3);
    }

    [Test]
    public async Task Revoked_and_expired_families_neither_count_nor_are_evicted()
    {
        var revoked = Rows.New().Revoke(T, RevocationReason.User);
        var idle = Rows.New() with { IdleExpiresAt = T.AddMinutes(1) };
        var absolute = Rows.New() with { AbsoluteExpiresAt = T.AddMinutes(1) };
        var active = Rows.New(createdAt: T.AddSeconds(1)) with { AbsoluteExpiresAt = T.AddMinutes(1).AddTicks(1) };
        await _store.AddAllAsync(revoked, idle, absolute, active);

        (await _store.AddAsync(Rows.New(createdAt: T.AddMinutes(1)), cap: 2, now: T.AddMinutes(1))).Should().BeEmpty();
        (await _store.AddAsync(Rows.New(createdAt: T.AddMinutes(1)), cap: 2, now: T.AddMinutes(1))).Should().Equal(active);
        (await _store.FindAsync(revoked)).Should().Be(revoked);
        (await _store.FindAsync(idle)).Should().Be(idle);
        (await _store.FindAsync(absolute)).Should().Be(absolute);
    }

    [TestCase("bob", "spa", "")]
    [TestCase("alice", "app", "")]
    [TestCase("alice", "spa", "other")]
    [TestCase("ALICE", "spa", "")]
    public async Task Cap_counts_one_tenant_subject_and_client_alone(string subject, string client, string tenant)
    {
        var other = Rows.New(subject, client, tenant);
        await _store.AddAsync(other);

        (await _store.AddAsync(Rows.New(), cap: 1)).Should().BeEmpty();

        (await _store.FindAsync(other)).Should().Be(other);
    }

    [Test]
    public async Task Repeated_add_succeeds_changes_nothing_and_evicts_nothing()
    {
        var family = Rows.New();
        var other = Rows.New();
        await _store.AddAllAsync(family, other);
        var rotated = family.Rotated(T.AddMinutes(1));
        await _store.SwapAsync(rotated);

        (await _store.AddAsync(family, cap: 1)).Should().BeEmpty();

        (await _store.FindAsync(family)).Should().Be(rotated);
        (await _store.FindAsync(other)).Should().Be(other);
        _store.Table.Counts.Should().Be((2, 2, 1, 1, 0));
    }

    [TestCase("alice")]
    [TestCase("bob")]
    public async Task Family_id_under_another_lookup_key_throws_and_changes_nothing(string subject)
    {
        var family = Rows.New();
        await _store.AddAsync(family);
        var twin = Rows.New(subject);
        twin = twin with { Grant = twin.Grant with { FamilyId = family.Grant.FamilyId } };

        var add = () => _store.AddAsync(twin, cap: 1);

        await add.Should().ThrowAsync<ArgumentException>().WithMessage("*already exists*");
        (await _store.FindAsync(twin)).Should().BeNull();
        (await _store.FindAsync(family)).Should().Be(family);
        _store.Table.Counts.Should().Be((1, 1, 1, 1, 0));
    }

    [TestCase(0)]
    [TestCase(-1)]
    public async Task Cap_below_one_throws_and_changes_nothing(int cap)
    {
        var add = () => _store.AddAsync(Rows.New(), cap);

        await add.Should().ThrowAsync<ArgumentOutOfRangeException>();
        _store.Table.Counts.Should().Be((0, 0, 0, 0, 0));
    }

    [Test]
    public async Task Every_method_honours_a_cancelled_token_and_changes_nothing()
    {
        var family = Rows.New();
        await _store.AddAsync(family);
        var cancelled = new CancellationToken(canceled: true);
        Func<Task>[] calls =
        [
            async () => await _store.AddAsync(Rows.New(), 1, T, cancelled),
            async () => await _store.FindAsync(family.Grant.LookupKey, cancelled),
            async () => await _store.CompareAndSwapAsync(family.Rotated(T), 1, cancelled),
            async () => await _store.ListAsync(new TokenFamilyQuery(new TokenFamilyFilter(), null, 1, T), cancelled),
            async () => await _store.RevokeAsync(new TokenFamilyFilter(), new FamilyRevocation(T, RevocationReason.User, T, true), cancelled),
            async () => await _store.PruneAsync(T, 1, cancelled),
        ];

        foreach (var call in calls)
        {
            await call.Should().ThrowAsync<OperationCanceledException>();
        }

        (await _store.FindAsync(family)).Should().Be(family);
        _store.Table.Counts.FamilyIds.Should().Be(1);
    }
}
