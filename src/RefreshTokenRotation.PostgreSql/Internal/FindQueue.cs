using System.Runtime.CompilerServices;
using Npgsql;
using RefreshTokenRotation.Relational;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>Finds families by their keys.</summary>
internal sealed class FindQueue(Database database, TimeProvider time) : StatementQueue<Opaque256, TokenFamily?>(database.Batches, time)
{
    private readonly Pool<PooledCommand> _single = new(size: 64, () => new PooledCommand(database.Sql.Find));
    private readonly Pool<PooledRows> _several = new(size: 64, () => new PooledRows(database.Sql.FindSeveral));

    protected override ValueTask<TokenFamily?> RunAloneAsync(Opaque256 call, CancellationToken cancellationToken) => database.RunAsync(
        static (x, connection, token) => x.Queue.FindAsync(x.Key, connection, token), (Queue: this, Key: call), cancellationToken);

    /// <summary>Answers what it found: that a key is unknown is for the single statement to say.</summary>
    protected override async ValueTask RunTogetherAsync(IReadOnlyList<WaitingCall<Opaque256, TokenFamily?>> calls)
    {
        var found = await database.RunAsync(
            static (x, connection, token) => x.Queue.FindAsync(x.Calls, connection, token), (Queue: this, Calls: calls), CancellationToken.None).ConfigureAwait(false);
        foreach (var call in calls)
        {
            if (found.TryGetValue(call.Call, out var family))
            {
                call.Answer(family);
            }
        }
    }

    /// <summary>A read can be repeated, but where the server took too long it would again, and where it is read only each repeat would cost sessions.</summary>
    protected internal override bool IsFaultOfAll(Exception fault) => fault is NpgsqlException { InnerException: TimeoutException } || ReadOnlyServer.Refused(fault);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<TokenFamily?> FindAsync(Opaque256 key, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var find = _single.Take();
        find.Begin().Bind(key);
        await database.ReadyAsync(find.Command, connection, cancellationToken).ConfigureAwait(false);

        for (var tries = 1; ; tries++)
        {
            try
            {
                TokenFamily? family;
                var rows = await find.Command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
                await using (rows.ConfigureAwait(false))
                {
                    await rows.ReadAsync(cancellationToken).ConfigureAwait(false);
                    family = FamilyRow.ReadChecked(rows, database.Names.Families);
                }

                _single.Put(find);
                return family;
            }
            catch (PostgresException fault) when (TransientRetry.IsDue(fault, tries))
            {
                // Under serializable the server may roll a read back too.
                continue;
            }
        }
    }

    private async ValueTask<Dictionary<Opaque256, TokenFamily>> FindAsync(
        IReadOnlyList<WaitingCall<Opaque256, TokenFamily?>> calls, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var find = _several.Take();
        var keys = find.Begin();
        foreach (var call in calls)
        {
            keys.BeginRow().Bind(call.Call);
        }

        await database.ReadyAsync(find.Command, connection, cancellationToken).ConfigureAwait(false);
        var found = new Dictionary<Opaque256, TokenFamily>(calls.Count);
        var rows = await find.Command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (rows.ConfigureAwait(false))
        {
            while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                Doubt.Check(rows.GetInt32(FamilyColumns.Count), database.Names.Families);
                var family = FamilyRow.Read(rows);
                found[family.Grant.LookupKey] = family;
            }
        }

        _several.Put(find);
        return found;
    }
}
