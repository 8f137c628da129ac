using Microsoft.Data.Sqlite;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Sqlite.Tests.Support;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Sqlite.Tests;

[Parallelizable(ParallelScope.All)]
public sealed class StoreCapTests
{
    private static readonly TokenFamilyFilter Owner = TokenFamilyFilter.ForUserAndClient("alice", "spa");

    [Test]
    public async Task Add_beyond_the_cap_evicts_the_oldest_by_its_current_token_and_returns_it_as_it_was()
    {
        using var file = new TestFile();
        var store = file.Store();
        var rotated = Families.Create(age: TimeSpan.FromDays(3));
        var oldest = Families.Create(age: TimeSpan.FromDays(2)) with { Metadata = new Dictionary<string, string> { ["k"] = "v" } };
        await store.AddAsync(rotated);
        await store.AddAsync(oldest);
        await store.SwapAsync(Families.Rotated(rotated));

        // The clock of the node that adds is behind: its family looks oldest, and stays.
        var evicted = await store.AddAsync(Families.Create(age: TimeSpan.FromDays(9)), cap: 2);

        evicted.Should().ContainSingle().Which.Should().BeEquivalentTo(oldest);
        (await store.FindAsync(oldest)).Should().BeNull();
        (await store.FindAsync(rotated)).Should().NotBeNull();
    }

    [Test]
    public async Task Add_does_not_count_revoked_expired_and_other_owners_families()
    {
        using var file = new TestFile();
        var store = file.Store();
        var age = TimeSpan.FromDays(5);
        TokenFamily[] others =
        [
            Families.Create(age: age) with { RevokedAt = Families.Now, RevocationReason = RevocationReason.User },
            Families.Create(age: age) with { AbsoluteExpiresAt = Families.Now },
            Families.Create(age: age) with { IdleExpiresAt = Families.Now, AbsoluteExpiresAt = Families.Now.AddDays(1) },
            Families.Create("bob", age: age),
            Families.Create(client: "app", age: age),
            Families.Create(tenant: "t", age: age),
        ];
        foreach (var other in others)
        {
            await store.AddAsync(other);
        }

        (await store.AddAsync(Families.Create(), cap: 1)).Should().BeEmpty();

        file.Scalar("SELECT count(*) FROM families").Should().Be(others.Length + 1);
    }

    [Test]
    public async Task Add_of_a_lookup_key_that_is_there_changes_and_evicts_nothing()
    {
        using var file = new TestFile();
        var store = file.Store();
        var older = Families.Create(age: TimeSpan.FromDays(1));
        var family = Families.Create();
        await store.AddAsync(older);
        await store.AddAsync(family);
        var rotated = Families.Rotated(family);
        await store.SwapAsync(rotated);

        (await store.AddAsync(family, cap: 1)).Should().BeEmpty();

        (await store.FindAsync(family)).Should().BeEquivalentTo(rotated);
        (await store.FindAsync(older)).Should().NotBeNull();
    }

    [Test]
    public async Task Add_of_a_family_id_that_is_there_under_another_key_fails_and_leaves_nothing()
    {
        using var file = new TestFile();
        var store = file.Store();
        var family = Families.Create();
        await store.AddAsync(family);
        var twin = Families.Create(grant: grant => grant with { FamilyId = family.Grant.FamilyId });

        await FluentActions.Awaiting(() => store.AddAsync(twin, cap: 1).AsTask()).Should().ThrowAsync<SqliteException>();

        (await store.FindAsync(twin)).Should().BeNull();
        (await store.FindAsync(family)).Should().NotBeNull();
    }

    [Test]
    public async Task Add_of_a_lower_cap_evicts_as_many_as_it_takes()
    {
        using var file = new TestFile();
        var store = file.Store();
        for (var i = 0; i < 10; i++)
        {
            await store.AddAsync(Families.Create(age: TimeSpan.FromMinutes(i)));
        }

        (await store.AddAsync(Families.Create(), cap: 3)).Select(family => family.Grant.CreatedAt).Should().HaveCount(8)
            .And.OnlyContain(created => created <= Families.Now - TimeSpan.FromMinutes(2));
    }

    [Test]
    public async Task Adds_in_parallel_from_two_nodes_leave_as_many_as_the_cap()
    {
        const int Adds = 8;
        const int Cap = 5;
        using var file = new TestFile();
        ITokenStore[] nodes = [file.Store(), file.Store()];

        // Owners that have nothing yet: no row is there for their adds to meet at.
        for (var owner = 0; owner < 50; owner++)
        {
            var families = Enumerable.Range(0, Adds).Select(_ => Families.Create($"user{owner}")).ToArray();
            var evicted = await Task.WhenAll(families.Select((family, i) => Task.Run(() => nodes[i % 2].AddAsync(family, Cap).AsTask())));

            evicted.SelectMany(x => x).Select(family => family.Grant.FamilyId).Should().OnlyHaveUniqueItems().And.HaveCount(Adds - Cap);
            file.Scalar($"SELECT count(*) FROM families WHERE subject = 'user{owner}'").Should().Be(Cap);
        }
    }

    [Test]
    public async Task Adds_in_parallel_from_two_nodes_with_exchanges_and_revocations_under_way_keep_the_cap()
    {
        const int Cap = 5;
        using var file = new TestFile();
        ITokenStore[] nodes = [file.Store(), file.Store()];
        using var done = new CancellationTokenSource();
        var noise = Task.WhenAll(Rotate(nodes[0]), Rotate(nodes[1]), Revoke(nodes[0]), Prune(nodes[1]));

        var evicted = await Task.WhenAll(Enumerable.Range(0, 300).Select(i => Task.Run(() => nodes[i % 2].AddAsync(Families.Create(), Cap).AsTask())));
        await done.CancelAsync();
        await noise;

        var left = await nodes[0].ListAsync(new TokenFamilyQuery(Owner with { State = FamilyState.Active }, null, 100, Families.Now), CancellationToken.None);
        left.Count.Should().BeLessThanOrEqualTo(Cap);
        evicted.SelectMany(x => x).Select(family => family.Grant.FamilyId).Should().OnlyHaveUniqueItems().And.NotBeEmpty();

        Task Rotate(ITokenStore node) => RepeatAsync(async () =>
        {
            foreach (var family in await node.ListAsync(new TokenFamilyQuery(Owner, null, 50, Families.Now), CancellationToken.None))
            {
                await node.SwapAsync(Families.Rotated(family, Families.Now.AddSeconds(family.Version)));
            }
        });

        Task Revoke(ITokenStore node) => RepeatAsync(async () =>
        {
            await node.RevokeAsync(TokenFamilyFilter.ForUser("alice") with { CreatedNoLaterThan = Families.Now });
            await node.RevokeAsync(TokenFamilyFilter.ForClient("spa"), delete: true);
        });

        Task Prune(ITokenStore node) => RepeatAsync(async () => await node.PruneAsync(Families.Now.AddDays(1), 10, CancellationToken.None));

        Task RepeatAsync(Func<Task> work) => Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                await work();
            }
        });
    }
}
