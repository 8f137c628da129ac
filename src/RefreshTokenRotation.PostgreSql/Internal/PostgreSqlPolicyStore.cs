using Npgsql;
using RefreshTokenRotation.Relational;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>Run-time policies in PostgreSQL. A <see cref="RotationPolicyCache"/> caches them.</summary>
/// <remarks>The version of a policy is its stored form: no column counts, and the change of a node that knows no versions conflicts too.</remarks>
internal sealed class PostgreSqlPolicyStore(Database database) : IRotationPolicyStore
{
    public async ValueTask<RotationPolicy?> FindAsync(string clientId, string tenantId, CancellationToken cancellationToken) =>
        (await ReadAsync(clientId, tenantId, cancellationToken).ConfigureAwait(false))?.Policy;

    public ValueTask<VersionedRotationPolicy?> ReadAsync(string clientId, string tenantId, CancellationToken cancellationToken) => database.RunAsync(
        static (x, connection, token) => x.Store.ReadAsync(x.ClientId, x.TenantId, connection, token),
        (Store: this, ClientId: clientId, TenantId: tenantId),
        cancellationToken);

    public async ValueTask<bool> TrySetAsync(
        string clientId, string tenantId, RotationPolicy? policy, string? version, CancellationToken cancellationToken)
    {
        if (policy is null && version is null)
        {
            return await ReadAsync(clientId, tenantId, cancellationToken).ConfigureAwait(false) is null;
        }

        using var command = new NpgsqlCommand(policy is null ? database.Sql.RemovePolicy : version is null ? database.Sql.AddPolicy : database.Sql.ReplacePolicy);
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
            token => database.RunAsync(WriteAsync, command, token).AsTask(), cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<VersionedRotationPolicy?> ReadAsync(
        string clientId, string tenantId, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand(database.Sql.FindPolicy);
        new Parameters(command.Parameters).Bind(tenantId).Bind(clientId);
        await database.ReadyAsync(command, connection, cancellationToken).ConfigureAwait(false);
        var rows = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var ownedRows = rows.ConfigureAwait(false);
        await rows.ReadAsync(cancellationToken).ConfigureAwait(false);
        Doubt.Check(rows.GetInt32(1), database.Names.Policies);
        return rows.GetValue(0) is string json ? new VersionedRotationPolicy(RotationPolicyJson.Read(json), json) : null;
    }

    private async ValueTask<bool> WriteAsync(NpgsqlCommand command, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        database.Use(command, connection);
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) == 1;
    }
}
