using System.Runtime.CompilerServices;
using Npgsql;
using RefreshTokenRotation.Relational;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>Replaces rows whose version is still the expected one.</summary>
internal sealed class SwapQueue(Database database, TimeProvider time) : StatementQueue<FamilySwap, bool>(database.Batches, time)
{
    private readonly Pool<PooledCommand> _single = new(size: 64, () => new PooledCommand(database.Sql.Swap));
    private readonly Pool<PooledRows> _several = new(size: 64, () => new PooledRows(database.Sql.SwapSeveral));

    protected override ValueTask<bool> RunAloneAsync(FamilySwap call, CancellationToken cancellationToken) => database.RunAsync(
        static (x, connection, token) => x.Queue.SwapAsync(x.Swap, connection, token), (Queue: this, Swap: call), cancellationToken);

    /// <summary>Answers what it replaced: whether another row is locked, gone or of another version is for the single statement to say, which waits for locks.</summary>
    protected override async ValueTask RunTogetherAsync(IReadOnlyList<WaitingCall<FamilySwap, bool>> calls)
    {
        var replaced = await database.RunAsync(
            static (x, connection, token) => x.Queue.SwapAsync(x.Calls, connection, token), (Queue: this, Calls: calls), CancellationToken.None).ConfigureAwait(false);
        foreach (var place in replaced)
        {
            calls[place].Answer(true);
        }
    }

    /// <summary>A server that reports an error has rolled all of it back, and a driver that could not send a value has sent none: each call is tried alone then, and the
    /// one with the fault fails. Whatever else happens leaves the outcome of each call as open as that of a single statement.</summary>
    protected internal override bool IsFaultOfAll(Exception fault) => fault is PostgresException error
        ? error.InvariantSeverity != "ERROR" || error.SqlState is PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.ReadOnlySqlTransaction
        : fault is NpgsqlException;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> SwapAsync(FamilySwap call, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
#pragma warning disable CA2000 // It goes back to the pool, or is left to the collector where a call failed.
        var swap = _single.Take();
#pragma warning restore CA2000
        swap.Begin().BindChanges(call.Family).Bind(call.Family.Grant.LookupKey).Bind(call.ExpectedVersion);
        await database.ReadyAsync(swap.Command, connection, cancellationToken).ConfigureAwait(false);

        int changed;
        try
        {
            changed = await swap.Command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException conflict) when (conflict.SqlState == PostgresErrorCodes.SerializationFailure)
        {
            // Above read committed the server says so where another write came first. It has rolled back: nothing is in doubt.
            return false;
        }

        _single.Put(swap);
        return changed == 1;
    }

    /// <summary>Replaces what can be replaced at once.</summary>
    /// <returns>The places of the calls whose rows were replaced, for certain: the statement's transaction has ended.</returns>
    private async ValueTask<List<int>> SwapAsync(
        IReadOnlyList<WaitingCall<FamilySwap, bool>> calls, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var swap = _several.Take();
        var values = swap.Begin();
        foreach (var (family, expectedVersion) in calls.Select(static call => call.Call))
        {
            values.BeginRow().BindChanges(family).Bind(family.Grant.LookupKey).Bind(expectedVersion);
        }

        await database.ReadyAsync(swap.Command, connection, cancellationToken).ConfigureAwait(false);
        var replaced = new List<int>(calls.Count);
        var rows = await swap.Command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (rows.ConfigureAwait(false))
        {
            while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                replaced.Add((int)rows.GetInt64(0) - 1);
            }

            // The commit comes after the rows, and may fail.
            await rows.NextResultAsync(cancellationToken).ConfigureAwait(false);
        }

        _several.Put(swap);
        return replaced;
    }
}

/// <summary>A row, and the version that it is to replace.</summary>
internal readonly record struct FamilySwap(TokenFamily Family, long ExpectedVersion);
