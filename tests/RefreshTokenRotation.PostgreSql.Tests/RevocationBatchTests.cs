using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using RefreshTokenRotation.PostgreSql.Internal;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Relational;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.PostgreSql.Tests;

/// <summary>Many families are revoked or deleted in batches, each committed. What ends the call keeps what was done, and the same call does the rest.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class RevocationBatchTests
{
    private const int Batch = RevokeFamiliesOperation.Size;
    private const int Many = (6 * Batch) + 17;

    private static readonly TokenFamilyFilter Spa = TokenFamilyFilter.ForClient("spa");

    [Test]
    public async Task Many_families_are_ended_in_batches_of_bounded_size_each_a_transaction_of_its_own([Values] bool delete)
    {
        await using var schema = await FillAsync();
        var (action, rows) = delete ? ("DELETE", "OLD") : ("UPDATE", "NEW");
        await schema.ExecuteAsync(
            $"""
            CREATE TABLE {schema.Name}.batches (size bigint NOT NULL, transaction bigint NOT NULL);
            CREATE FUNCTION {schema.Name}.note() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN INSERT INTO {schema.Name}.batches SELECT count(*), txid_current() FROM changed; RETURN NULL; END $$;
            CREATE TRIGGER note AFTER {action} ON {schema.Table} REFERENCING {rows} TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION {schema.Name}.note();
            """);

        (await schema.Store().RevokeAsync(Spa, delete)).Should().Be(Many);

        (await schema.ScalarAsync<long>($"SELECT max(size) FROM {schema.Name}.batches")).Should().Be(Batch);
        (await schema.ScalarAsync<long>($"SELECT count(DISTINCT transaction) FROM {schema.Name}.batches")).Should().Be((Many / Batch) + 1);
        (await CountAsync(schema, delete)).Should().Be(Many);
        (await schema.ScalarAsync<long>($"SELECT count(*) FROM {schema.Table} WHERE client_id = 'other' AND revoked_at = 0")).Should().Be(1);
    }

    [Test]
    public async Task Call_that_ends_in_the_middle_keeps_what_was_done_and_the_same_call_does_the_rest([Values] bool delete, [Values] bool cancelled)
    {
        await using var schema = await FillAsync();
        var store = schema.Store();
        await using var connection = await schema.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();

        // Somebody else has a row of the fourth batch.
        await using var holds = new NpgsqlCommand(
            $"""
            SELECT 1 FROM {schema.Table} WHERE lookup_key = (
                SELECT lookup_key FROM {schema.Table} WHERE client_id = 'spa' ORDER BY created_at, family_id OFFSET {(3 * Batch) + 5} LIMIT 1) FOR UPDATE
            """,
            connection);
        await holds.ExecuteScalarAsync();
        using var cancellation = new CancellationTokenSource();
        var call = store.RevokeAsync(Spa, new FamilyRevocation(Families.Now, RevocationReason.User, Families.Now, delete), cancellation.Token).AsTask();
        await Eventually.HoldsAsync(async () => await CountAsync(schema, delete) == 3 * Batch && await WaitersAsync(schema) == 1, "three batches are done, and the fourth waits");

        if (cancelled)
        {
            await cancellation.CancelAsync();
            await FluentActions.Awaiting(() => call).Should().ThrowAsync<OperationCanceledException>();
        }
        else
        {
            await schema.ExecuteAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {Waits(schema)}");
            await FluentActions.Awaiting(() => call).Should().ThrowAsync<NpgsqlException>();
        }

        await transaction.RollbackAsync();
        (await CountAsync(schema, delete)).Should().Be(3 * Batch);
        (await store.RevokeAsync(Spa, delete)).Should().Be(Many - (3 * Batch));
        (await CountAsync(schema, delete)).Should().Be(Many);
    }

    [Test]
    public async Task Call_that_is_out_of_time_says_how_far_it_came_and_the_same_call_goes_on()
    {
        await using var schema = await FillAsync();
        var store = schema.Node(time: new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromSeconds(1) }, configure: options => options.RevocationTimeout = TimeSpan.FromSeconds(4)).GetRequiredService<ITokenStore>();

        (await FluentActions.Awaiting(() => store.RevokeAsync(Spa).AsTask()).Should().ThrowAsync<TimeoutException>())
            .WithMessage($"*RevocationTimeout (00:00:04). {4 * Batch} families*");

        (await CountAsync(schema, deleted: false)).Should().Be(4 * Batch);
        (await schema.Store().RevokeAsync(Spa)).Should().Be(Many - (4 * Batch));
    }

    private static async Task<TestSchema> FillAsync()
    {
        var schema = await TestSchema.CreateAsync();
        await schema.ExecuteAsync(
            $"""
            INSERT INTO {schema.Table} (lookup_key, family_id, version, kind, generation, secret_hash, created_at, rotated_at, leeway_until, recover_until,
                absolute_expires_at, idle_expires_at, last_used_at, revoked_at, authentication_time, prune_bucket, revocation_reason, tenant_id, subject, client_id)
            SELECT sha256(i::text::bytea), md5(i::text)::uuid, 1, 1, 0, sha256(i::text::bytea), {Families.Now.UtcTicks} - i / 3, 0, 0, 0,
                0, 0, 0, 0, 0, {PruneDay.Never}, 0, '', 'user-' || i, 'spa'
            FROM generate_series(1, {Many}) AS i
            """);
        await schema.Store().AddAsync(Families.Create(client: "other"));
        return schema;
    }

    private static Task<long> CountAsync(TestSchema schema, bool deleted) => schema.ScalarAsync<long>(
        $"SELECT {(deleted ? $"{Many} - count(*)" : "count(*)")} FROM {schema.Table} WHERE client_id = 'spa'{(deleted ? string.Empty : " AND revoked_at <> 0")}");

    private static Task<long> WaitersAsync(TestSchema schema) => schema.ScalarAsync<long>($"SELECT count(*) FROM pg_stat_activity WHERE {Waits(schema)}");

    private static string Waits(TestSchema schema) => $"wait_event_type = 'Lock' AND query LIKE '%{schema.Name}%' AND pid <> pg_backend_pid()";
}
