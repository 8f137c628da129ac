using Npgsql;
using RefreshTokenRotation.Relational;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>Families in PostgreSQL. An exchange costs two statements by primary key, each a round trip and a transaction of its own, or shared with others.</summary>
/// <remarks>
/// Whatever waits for more than one row locks in the order of the keys, after the owner's lock, if it needs that: so nothing here deadlocks.
/// Read committed is enough: every condition that counts is looked at again under the row's lock.
/// </remarks>
internal sealed class PostgreSqlTokenStore(Database database, TimeProvider time) : ITokenStore, IDisposable
{
    private const int MaxTries = 100;

    private readonly FindQueue _finds = new(database, time);
    private readonly SwapQueue _swaps = new(database, time);

    public bool KeepsTrail => true;

    public ValueTask<TokenFamily?> FindAsync(Opaque256 lookupKey, CancellationToken cancellationToken) => _finds.RunAsync(lookupKey, cancellationToken);

    public ValueTask<bool> CompareAndSwapAsync(TokenFamily family, long expectedVersion, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(family);
        return _swaps.RunAsync(new FamilySwap(family, expectedVersion), cancellationToken);
    }

    public async ValueTask<IReadOnlyList<TokenFamily>> AddAsync(
        TokenFamily family, int activeCap, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(family);
        ArgumentOutOfRangeException.ThrowIfLessThan(activeCap, 1);
        var operation = new AddFamilyOperation(database, family, activeCap, now);
        for (var tries = 0; tries < MaxTries; tries++)
        {
            if (await RepeatAsync(operation.RunAsync, cancellationToken).ConfigureAwait(false) is { } evicted)
            {
                return evicted;
            }
        }

        throw new TimeoutException("The families of one owner kept rotating while the store tried to evict the oldest.");
    }

    public async ValueTask<IReadOnlyList<TokenFamily>> ListAsync(TokenFamilyQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1, nameof(query));
        return await RepeatAsync(new ListFamiliesOperation(database, query).RunAsync, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// One batch after the other, each committed: others wait for the rows of one batch at most, and what ends the call keeps what was done. The walk goes by
    /// log-in time, which no write changes, so that each family that was there is met once, whatever happens to it meanwhile.
    /// </remarks>
    public async ValueTask<long> RevokeAsync(TokenFamilyFilter filter, FamilyRevocation revocation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var start = time.GetTimestamp();
        var count = 0L;
        TokenFamilyCursor? after = null;
        while (true)
        {
            var batch = await RepeatAsync(new RevokeFamiliesOperation(database, filter, revocation, after).RunAsync, cancellationToken).ConfigureAwait(false);
            count += batch.Changed;
            if (batch.Last is null)
            {
                return count;
            }

            after = batch.Last;
            if (database.RevocationTimeout is { } limit && time.GetElapsedTime(start) >= limit)
            {
                throw new TimeoutException($"The call did not finish within RevocationTimeout ({limit}). {count} families are done; repeat the call to do the rest.");
            }
        }
    }

    public async ValueTask<int> PruneAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return await RepeatAsync(
            async (connection, token) =>
            {
                using var command = new NpgsqlCommand(database.Sql.Prune);
                new Parameters(command.Parameters).Bind(PruneDay.Of(endedBefore)).Bind(endedBefore.UtcTicks).Bind(limit);
                database.Use(command, connection);
                return await command.ExecuteNonQueryAsync(token).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _finds.Dispose();
        _swaps.Dispose();
    }

    /// <summary>A filter's conditions, as PostgreSQL writes them.</summary>
    internal static FamilyConditions Conditions() => new('$', "resources @> {0}");

    private Task<TResult> RepeatAsync<TResult>(Func<NpgsqlConnection, CancellationToken, ValueTask<TResult>> run, CancellationToken cancellationToken) =>
        TransientRetry.RunAsync(
            token => database.RunAsync(static (run, connection, token) => run(connection, token), run, token).AsTask(), cancellationToken);
}
