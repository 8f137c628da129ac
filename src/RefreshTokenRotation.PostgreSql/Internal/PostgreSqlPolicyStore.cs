using System.Collections.Concurrent;
using Npgsql;
using NpgsqlTypes;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>Run-time policies in PostgreSQL. Each node keeps what it read, a missing policy too, for the cache time of the options.</summary>
internal sealed class PostgreSqlPolicyStore(Database database, TimeSpan cacheTime, TimeProvider time) : IRotationPolicyStore
{
    /// <summary>Far above the number of a host's clients; whoever makes up client ids fills the memory no further.</summary>
    private const int MaxKept = 100_000;

    private readonly Statements _sql = new(database.Names);
    private readonly ConcurrentDictionary<(string TenantId, string ClientId), Kept> _kept = new();
    private long _writes;

    public ValueTask<RotationPolicy?> FindAsync(string tenantId, string clientId, CancellationToken cancellationToken) =>
        _kept.TryGetValue((tenantId, clientId), out var kept)
        && kept.Writes == Interlocked.Read(ref _writes)
        && time.GetElapsedTime(kept.ReadAt) < cacheTime
            ? ValueTask.FromResult(kept.Policy)
            : ReadAsync(tenantId, clientId, cancellationToken);

    public async ValueTask SetAsync(string tenantId, string clientId, RotationPolicy? policy, CancellationToken cancellationToken)
    {
        try
        {
            using var command = new NpgsqlCommand(policy is null ? _sql.RemovePolicy : _sql.SetPolicy);
            command.Parameters.AddTyped(tenantId, NpgsqlDbType.Text);
            command.Parameters.AddTyped(clientId, NpgsqlDbType.Text);
            if (policy is not null)
            {
                command.Parameters.AddTyped(RotationPolicyJson.Write(policy), NpgsqlDbType.Jsonb);
            }

            var connection = await database.ConnectAsync(cancellationToken).ConfigureAwait(false);
            await using var ownedConnection = connection.ConfigureAwait(false);
            database.Use(command, connection);
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // Also after a fault, whose outcome is not known. What was read before counts no more, nor what a read under way will find.
            Interlocked.Increment(ref _writes);
        }
    }

    private async ValueTask<RotationPolicy?> ReadAsync(string tenantId, string clientId, CancellationToken cancellationToken)
    {
        var writes = Interlocked.Read(ref _writes);
        var readAt = time.GetTimestamp();
        using var command = new NpgsqlCommand(_sql.FindPolicy);
        command.Parameters.AddTyped(tenantId, NpgsqlDbType.Text);
        command.Parameters.AddTyped(clientId, NpgsqlDbType.Text);
        var connection = await database.ConnectAsync(cancellationToken).ConfigureAwait(false);
        await using var ownedConnection = connection.ConfigureAwait(false);
        await database.ReadyAsync(command, connection, cancellationToken).ConfigureAwait(false);
        var policy = await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is string json ? RotationPolicyJson.Read(json) : null;
        Keep((tenantId, clientId), new Kept(policy, readAt, writes));
        return policy;
    }

    private void Keep((string TenantId, string ClientId) key, Kept kept)
    {
        if (_kept.Count >= MaxKept)
        {
            _kept.Clear();
        }

        _kept[key] = kept;
    }

    /// <summary>What a node remembers of a policy.</summary>
    /// <param name="Policy">What was read; null for none.</param>
    /// <param name="ReadAt">When the read began.</param>
    /// <param name="Writes">How many writes this node had made by then.</param>
    private sealed record Kept(RotationPolicy? Policy, long ReadAt, long Writes);
}
