using System.Buffers.Text;
using Npgsql;
using RefreshTokenRotation.Relational;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>Used proofs and assertions in PostgreSQL: one statement each. A standby takes no insert, so its answer can't let a key be used twice.</summary>
internal sealed class PostgreSqlReplayStore(Database database, TimeProvider time) : IReplayStore
{
    /// <summary>An expired row stays for as long as the clocks of nodes may differ: a node whose clock is behind still accepts what it names.</summary>
    private static readonly TimeSpan Drift = TimeSpan.FromMinutes(10);

    public ValueTask<bool> ContainsAsync(ReplayKey key, CancellationToken cancellationToken)
    {
        var (value, now) = (ValueOf(key), time.GetUtcNow().UtcTicks);
        return database.RunAsync(
            (sql, connection, token) => RunAsync(sql, values => values.Bind(value).Bind(now), connection, token), database.Sql.FindReplay, cancellationToken);
    }

    public async ValueTask<bool> TryAddAsync(ReplayKey key, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        var (value, now) = (ValueOf(key), time.GetUtcNow());
        return await TransientRetry.RunAsync(
            token => database.RunAsync(
                (sql, connection, untilDone) => RunAsync(
                    sql, values => values.Bind(value).Bind(expiresAt.UtcTicks).Bind(now.UtcTicks).Bind((now - Drift).UtcTicks), connection, untilDone),
                database.Sql.AddReplay,
                token).AsTask(),
            cancellationToken).ConfigureAwait(false);
    }

    private static Opaque256 ValueOf(ReplayKey key) => new(Base64Url.DecodeFromChars(key.Value));

    private async ValueTask<bool> RunAsync(string sql, Action<Parameters> bind, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand(sql);
        bind(new Parameters(command.Parameters));
        await database.ReadyAsync(command, connection, cancellationToken).ConfigureAwait(false);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true;
    }
}
