using Npgsql;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.PostgreSql.Tests;

/// <summary>What row locks and levels of isolation could spoil.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class LockTests
{
    private const int Callers = 64;

    private static readonly DateTimeOffset Bound = Families.Now.AddDays(-7);

    [TestCase("read committed")]
    [TestCase("serializable")]
    public async Task Swaps_in_parallel_under_any_isolation_let_exactly_one_win(string isolation)
    {
        await using var schema = await TestSchema.CreateAsync($"{TestServer.ConnectionString};Options=-c default_transaction_isolation={isolation.Replace(" ", "\\ ", StringComparison.Ordinal)}");
        ITokenStore[] nodes = [schema.Store(), schema.Store()];
        var family = Families.Create();
        await nodes[0].AddAsync(family);

        for (var round = 0; round < 10; round++)
        {
            var nexts = Enumerable.Range(0, Callers).Select(_ => Families.Rotated(family)).ToArray();
            var won = await Task.WhenAll(nexts.Select((next, i) => Task.Run(() => nodes[i % 2].SwapAsync(next).AsTask())));

            won.Count(x => x).Should().Be(1);
            family = (await nodes[1].FindAsync(family))!;
            family.SecretHash.Should().Be(nexts[Array.IndexOf(won, true)].SecretHash);
        }
    }

    /// <summary>While an update moves the row, ON CONFLICT may miss it, and the insert would meet the unique family id.</summary>
    [Test]
    public async Task Repeated_add_ends_before_its_insert()
    {
        await using var schema = await TestSchema.CreateAsync();
        var store = schema.Store();
        var family = Families.Create();
        await store.AddAsync(family);
        await schema.ExecuteAsync($"""
            CREATE FUNCTION {schema.Name}.fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'an insert'; END $$;
            CREATE TRIGGER fail BEFORE INSERT ON {schema.Table} FOR EACH ROW EXECUTE FUNCTION {schema.Name}.fail();
            """);

        (await store.AddAsync(family)).Should().BeEmpty();
        await FluentActions.Awaiting(() => store.AddAsync(Families.Create()).AsTask()).Should().ThrowAsync<PostgresException>().WithMessage("*an insert*");
    }

    [Test]
    public async Task Victim_that_an_exchange_changes_under_the_add_is_spared_and_another_chosen()
    {
        await using var schema = await TestSchema.CreateAsync();
        var store = schema.Store();
        var oldest = Families.Create(age: TimeSpan.FromDays(2));
        var second = Families.Create(age: TimeSpan.FromDays(1));
        await store.AddAsync(oldest);
        await store.AddAsync(second);

        // An exchange of the oldest has its row locked while the add chooses.
        await using var connection = await schema.Source.OpenConnectionAsync();
        await using var exchange = await connection.BeginTransactionAsync();
        await using var write = new NpgsqlCommand(
            $"UPDATE {schema.Table} SET version = 2, rotated_at = {Families.Now.UtcTicks} WHERE created_at = {oldest.Grant.CreatedAt.UtcTicks}", connection);
        await write.ExecuteNonQueryAsync();
        var add = store.AddAsync(Families.Create(), cap: 2).AsTask();
        await WaitForLockAsync(schema);
        await exchange.CommitAsync();

        (await add).Should().ContainSingle().Which.Grant.FamilyId.Should().Be(second.Grant.FamilyId);
        (await store.FindAsync(oldest)).Should().NotBeNull();
    }

    /// <summary>Two calls that lock several rows can't wait for each other, whatever the order in which the server finds the rows: here it is that of the table, the reverse of the keys.</summary>
    [Test]
    public async Task Call_that_locks_several_rows_begins_with_the_smallest_key([Values("revoke", "delete", "add")] string call)
    {
        await using var schema = await TestSchema.CreateAsync($"{TestServer.ConnectionString};Options=-c enable_indexscan=off");
        var store = schema.Store();
        var families = Enumerable.Range(0, 8).Select(static _ => Families.Create()).Reverse().ToArray();
        for (var i = 0; i < families.Length; i++)
        {
            // The oldest has the greatest key, and is the first in the table.
            families[i] = families[i] with { Grant = families[i].Grant with { CreatedAt = Families.Now.AddDays(i - families.Length) } };
            await store.AddAsync(families[i]);
        }

        await using var connection = await schema.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var hold = new NpgsqlCommand($"SELECT 1 FROM {schema.Table} ORDER BY lookup_key LIMIT 1 FOR UPDATE", connection);
        await hold.ExecuteScalarAsync();
        var done = call == "add" ? store.AddAsync(Families.Create(), cap: 1).AsTask() : (Task)store.RevokeAsync(TokenFamilyFilter.ForUser("alice"), delete: call == "delete").AsTask();
        await WaitForLockAsync(schema);

        (await schema.ScalarAsync<long>($"SELECT count(*) FROM (SELECT FROM {schema.Table} FOR UPDATE SKIP LOCKED) AS free")).Should().Be(families.Length - 1);

        await transaction.RollbackAsync();
        await done;
    }

    [Test]
    public async Task Prune_does_not_wait_for_a_row_that_somebody_has_locked()
    {
        await using var schema = await TestSchema.CreateAsync();
        var store = schema.Store();
        var locked = Families.Create() with { AbsoluteExpiresAt = Bound.AddDays(-1) };
        await store.AddAsync(locked);
        await store.AddAsync(Families.Create() with { AbsoluteExpiresAt = Bound.AddDays(-1) });
        await using var connection = await schema.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand(
            $"SELECT 1 FROM {schema.Table} WHERE family_id = '{locked.Grant.FamilyId}' FOR UPDATE", connection);
        await command.ExecuteScalarAsync();

        (await store.PruneAsync(Bound, 10, CancellationToken.None)).Should().Be(1);

        await transaction.CommitAsync();
        (await store.PruneAsync(Bound, 10, CancellationToken.None)).Should().Be(1);
    }

    private static Task WaitForLockAsync(TestSchema schema) => Eventually.HoldsAsync(
        async () => await schema.ScalarAsync<long>(
            $"SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%{schema.Name}%' AND pid <> pg_backend_pid()") > 0,
        "a statement waits for a lock");
}
