using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using RefreshTokenRotation.EntityFrameworkCore.Tests.Support;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.EntityFrameworkCore.Tests;

/// <summary>Many families are revoked or deleted in batches, each committed.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class BatchTests
{
    private const int Many = 1_700;
    private const int Batch = 500;

    private static TokenFamilyFilter Filter { get; } = new() { TenantId = string.Empty, ClientId = "many" };

    [Test]
    public async Task Call_that_is_cancelled_keeps_what_is_done_and_the_next_does_the_rest([Values] bool delete)
    {
        await using var database = await CreateAsync();
        using var cancellation = new CancellationTokenSource();
        var writes = new WriteWatch(() => cancellation.Cancel()) { After = 2 };
        var store = database.Store(options => options.AddInterceptors(writes));

        await FluentActions.Awaiting(() => store.RevokeAsync(Filter, Revocation(delete), cancellation.Token).AsTask()).Should().ThrowAsync<OperationCanceledException>();

        (await DoneAsync(database, delete)).Should().Be(2 * Batch);
        (await store.RevokeAsync(Filter, Revocation(delete), CancellationToken.None)).Should().Be(Many - (2 * Batch));
        (await DoneAsync(database, delete)).Should().Be(Many);
        writes.Rows.Should().Equal(Batch, Batch, Batch, Many - (3 * Batch));
    }

    [Test]
    public async Task Connection_that_breaks_loses_no_batch_before([Values] bool delete)
    {
        await using var database = await CreateAsync();
        var writes = new WriteWatch(() => throw new FormatException("cut")) { After = 3 };
        var store = database.Store(options => options.AddInterceptors(writes));

        await FluentActions.Awaiting(() => store.RevokeAsync(Filter, Revocation(delete), CancellationToken.None).AsTask()).Should().ThrowAsync<FormatException>();

        (await DoneAsync(database, delete)).Should().Be(3 * Batch);
    }

    [Test]
    public async Task Families_of_one_instant_and_those_that_a_filter_spares_are_told_apart()
    {
        await using var database = await CreateAsync();
        await database.ExecuteAsync($"UPDATE {database.Families} SET \"CreatedAt\" = 5");
        var spared = Families.Create(client: "many");
        var store = database.Store();
        await store.AddAsync(spared, cap: 100_000);

        (await store.RevokeAsync(Filter with { ExceptFamilyId = spared.Grant.FamilyId }, Revocation(delete: false), CancellationToken.None)).Should().Be(Many);
        (await store.RevokeAsync(Filter with { ExceptFamilyId = spared.Grant.FamilyId }, Revocation(delete: false), CancellationToken.None)).Should().Be(0);

        (await store.FindAsync(spared)).Should().BeEquivalentTo(spared);
    }

    private static FamilyRevocation Revocation(bool delete) => new(Families.Now, RevocationReason.User, Families.Now, delete);

    private static Task<long> DoneAsync(TestDatabase database, bool delete) => database.ScalarAsync<long>(delete
        ? $"SELECT {Many} - count(*) FROM {database.Families}"
        : $"SELECT count(*) FROM {database.Families} WHERE \"RevokedAt\" <> 0");

    private static async Task<TestDatabase> CreateAsync()
    {
        var database = await TestDatabase.CreateAsync();
        await database.Store().AddAsync(Families.Create(client: "many"));
        var columns = await database.ScalarAsync<string>(
            "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns "
            + $"WHERE table_schema = '{database.Name}' AND table_name = 'RefreshTokenFamilies'");
        var values = columns.Replace("\"LookupKey\"", "sha256(n::text::bytea)", StringComparison.Ordinal)
            .Replace("\"FamilyId\"", "gen_random_uuid()", StringComparison.Ordinal)
            .Replace("\"CreatedAt\"", "\"CreatedAt\" + n", StringComparison.Ordinal);
        await database.ExecuteAsync($"INSERT INTO {database.Families} ({columns}) SELECT {values} FROM {database.Families}, generate_series(1, {Many - 1}) AS n");
        return database;
    }

    /// <summary>Counts the rows of each write, and does something behind one of them.</summary>
    private sealed class WriteWatch(Action react) : DbCommandInterceptor
    {
        public int After { get; init; }

        public List<int> Rows { get; } = [];

        public override ValueTask<int> NonQueryExecutedAsync(
            DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
        {
            Rows.Add(result);
            if (Rows.Count == After)
            {
                react();
            }

            return new(result);
        }
    }
}
