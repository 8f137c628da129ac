using Npgsql;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>Run-time policies in PostgreSQL. A <see cref="RotationPolicyCache"/> stands before it.</summary>
internal sealed class PostgreSqlPolicyStore(Database database) : IRotationPolicyStore
{
    private readonly Statements _sql = new(database.Names);

    public async ValueTask<RotationPolicy?> FindAsync(string clientId, string tenantId, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand(_sql.FindPolicy);
        new Parameters(command.Parameters).Bind(tenantId).Bind(clientId);
        var connection = await database.ConnectAsync(cancellationToken).ConfigureAwait(false);
        await using var ownedConnection = connection.ConfigureAwait(false);
        await database.ReadyAsync(command, connection, cancellationToken).ConfigureAwait(false);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is string json ? RotationPolicyJson.Read(json) : null;
    }

    public async ValueTask SetAsync(string clientId, string tenantId, RotationPolicy? policy, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand(policy is null ? _sql.RemovePolicy : _sql.SetPolicy);
        var values = new Parameters(command.Parameters).Bind(tenantId).Bind(clientId);
        if (policy is not null)
        {
            values.BindJson(RotationPolicyJson.Write(policy));
        }

        var connection = await database.ConnectAsync(cancellationToken).ConfigureAwait(false);
        await using var ownedConnection = connection.ConfigureAwait(false);
        database.Use(command, connection);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
