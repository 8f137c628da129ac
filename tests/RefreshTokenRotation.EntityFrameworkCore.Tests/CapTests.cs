using Npgsql;
using RefreshTokenRotation.EntityFrameworkCore.Internal.Model;
using RefreshTokenRotation.EntityFrameworkCore.Tests.Support;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.EntityFrameworkCore.Tests;

[Parallelizable(ParallelScope.All)]
public sealed class CapTests
{
    [Test]
    public async Task Adds_in_parallel_from_two_nodes_of_owners_that_have_nothing_yet_leave_as_many_as_the_cap()
    {
        const int Adds = 8;
        const int Cap = 5;
        await using var database = await TestDatabase.CreateAsync();
        ITokenStore[] nodes = [database.Store(), database.Store()];

        // The row that their adds lock is not there yet either.
        for (var owner = 0; owner < 50; owner++)
        {
            var families = Enumerable.Range(0, Adds).Select(_ => Families.Create($"user{owner}")).ToArray();
            var evicted = await Task.WhenAll(families.Select((family, i) => Task.Run(() => nodes[i % 2].AddAsync(family, Cap).AsTask())));

            evicted.SelectMany(x => x).Select(family => family.Grant.FamilyId).Should().OnlyHaveUniqueItems().And.HaveCount(Adds - Cap);
            (await database.ScalarAsync<long>($"SELECT count(*) FROM {database.Families} WHERE \"Subject\" = 'user{owner}'")).Should().Be(Cap);
        }
    }

    [Test]
    public async Task Locks_are_as_many_as_owners_that_differ_in_their_bucket_and_never_more_than_the_buckets()
    {
        await using var database = await TestDatabase.CreateAsync();
        var store = database.Store();
        var owners = Enumerable.Range(0, 60).Select(number => $"user{number % 40}").ToArray();
        foreach (var owner in owners)
        {
            await store.AddAsync(Families.Create(owner));
        }

        var expected = owners.Distinct().Select(owner => LockRow.BucketOf(string.Empty, owner, "spa")).Distinct().ToArray();
        (await database.ScalarAsync<int[]>($"SELECT array_agg(\"Bucket\") FROM {database.Name}.\"RefreshTokenLocks\"")).Should().BeEquivalentTo(expected);
        Enumerable.Range(0, 20_000).Select(number => LockRow.BucketOf("t", $"{number}", "c")).Distinct()
            .Should().HaveCount(LockRow.Buckets).And.OnlyContain(bucket => bucket >= 0 && bucket < LockRow.Buckets);
    }

    [TestCase(new[] { "", "alice", "spa" }, 281)]
    [TestCase(new[] { "a", "bc", "d" }, 647)]
    [TestCase(new[] { "ab", "c", "d" }, 483)]
    public void Bucket_of_an_owner_never_changes(string[] owner, int bucket)
    {
        LockRow.BucketOf(owner).Should().Be(bucket);
    }

    [Test]
    public async Task Add_of_a_lookup_key_that_another_owner_has_changes_and_evicts_nothing()
    {
        await using var database = await TestDatabase.CreateAsync();
        var store = database.Store();
        var family = Families.Create("alice");
        var other = Families.Create("bob");
        await store.AddAsync(family);
        await store.AddAsync(other);

        (await store.AddAsync(family with { Grant = family.Grant with { Subject = "bob", FamilyId = Guid.NewGuid() } }, cap: 1)).Should().BeEmpty();

        (await store.FindAsync(family)).Should().BeEquivalentTo(family);
        (await store.FindAsync(other)).Should().NotBeNull();
    }

    [Test]
    public async Task Victim_that_an_exchange_changes_under_the_add_is_spared_and_another_chosen()
    {
        await using var database = await TestDatabase.CreateAsync();
        var store = database.Store();
        var oldest = Families.Create(age: TimeSpan.FromDays(2));
        var second = Families.Create(age: TimeSpan.FromDays(1));
        await store.AddAsync(oldest);
        await store.AddAsync(second);

        // An exchange of the oldest has its row locked while the add chooses.
        await using var connection = await database.Source.OpenConnectionAsync();
        await using var exchange = await connection.BeginTransactionAsync();
        await using var write = new NpgsqlCommand(
            $"UPDATE {database.Families} SET \"Version\" = 2, \"RotatedAt\" = {Families.Now.UtcTicks} WHERE \"CreatedAt\" = {oldest.Grant.CreatedAt.UtcTicks}", connection);
        await write.ExecuteNonQueryAsync();
        var add = store.AddAsync(Families.Create(), cap: 2).AsTask();
        await Eventually.HoldsAsync(
            async () => await database.ScalarAsync<long>(
                $"SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name LIKE '{database.Name}%'") > 0,
            "the add waits for the row");
        await exchange.CommitAsync();

        (await add).Should().ContainSingle().Which.Grant.FamilyId.Should().Be(second.Grant.FamilyId);
        (await store.FindAsync(oldest)).Should().NotBeNull();
    }
}
