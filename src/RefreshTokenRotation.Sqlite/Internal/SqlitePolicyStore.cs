using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Sqlite.Internal;

/// <summary>Run-time policies in the file. Each question reads it, by key and in microseconds, so that a change holds at once in every process.</summary>
internal sealed class SqlitePolicyStore(Database database) : IRotationPolicyStore
{
    public ValueTask<RotationPolicy?> FindAsync(string clientId, string tenantId, CancellationToken cancellationToken) =>
        ValueTask.FromResult(database.Read(
            static (session, key) =>
            {
                using var find = session.Keep(Statements.FindPolicy).Bind(key.TenantId).Bind(key.ClientId);
                return find.Step() ? RotationPolicyJson.Read(find.Text(0)!) : null;
            },
            (TenantId: tenantId, ClientId: clientId),
            cancellationToken));

    public async ValueTask SetAsync(string clientId, string tenantId, RotationPolicy? policy, CancellationToken cancellationToken)
    {
        var json = policy is null ? null : RotationPolicyJson.Write(policy);
        await database.WriteAsync(
            session =>
            {
                using var write = session.Keep(json is null ? Statements.RemovePolicy : Statements.SetPolicy).Bind(tenantId).Bind(clientId);
                return json is null ? write.Run() : write.Bind(json).Run();
            },
            cancellationToken).ConfigureAwait(false);
    }
}
