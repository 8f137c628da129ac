using Npgsql;
using RefreshTokenRotation.Relational;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>Run-time policies in PostgreSQL. A <see cref="RotationPolicyCache"/> stands before it.</summary>
/// <remarks>The version of a policy is its stored form: no column counts, and the change of a node that knows no versions conflicts too.</remarks>
internal sealed class PostgreSqlPolicyStore(Database database) : IRotationPolicyStore
{
    private readonly Statements _sql = new(database.Names);

    public async ValueTask<RotationPolicy?> FindAsync(string clientId, string tenantId, CancellationToken cancellationToken) =>
        (await ReadAsync(clientId, tenantId, cancellationToken).ConfigureAwait(false))?.Policy;

    public async ValueTask<VersionedRotationPolicy?> ReadAsync(string clientId, string tenantId, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand(_sql.FindPolicy);
        new Parameters(command.Parameters).Bind(tenantId).Bind(clientId);
        var connection = await database.ConnectAsync(cancellationToken).ConfigureAwait(false);
        await using var ownedConnection = connection.ConfigureAwait(false);
        await database.ReadyAsync(command, connection, cancellationToken).ConfigureAwait(false);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is string json
            ? new VersionedRotationPolicy(RotationPolicyJson.Read(json), json)
            : null;
    }

    public async ValueTask<bool> TrySetAsync(
        string clientId, string tenantId, RotationPolicy? policy, string? version, CancellationToken cancellationToken)
    {
        if (policy is null && version is null)
        {
            return await ReadAsync(clientId, tenantId, cancellationToken).ConfigureAwait(false) is null;
        }

        using var command = new NpgsqlCommand(policy is null ? _sql.RemovePolicy : version is null ? _sql.AddPolicy : _sql.ReplacePolicy);
        var values = new Parameters(command.Parameters).Bind(tenantId).Bind(clientId);
        if (policy is not null)
        {
            values.BindJson(RotationPolicyJson.Write(policy));
        }

        if (version is not null)
        {
            values.BindJson(version);
        }

        return await TransientRetry.RunAsync(
            async token =>
            {
                var connection = await database.ConnectAsync(token).ConfigureAwait(false);
                await using var ownedConnection = connection.ConfigureAwait(false);
                database.Use(command, connection);
                return await command.ExecuteNonQueryAsync(token).ConfigureAwait(false) == 1;
            },
            cancellationToken).ConfigureAwait(false);
    }
}
