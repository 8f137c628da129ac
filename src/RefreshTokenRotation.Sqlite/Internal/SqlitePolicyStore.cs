using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Sqlite.Internal;

/// <summary>Run-time policies in the file. Each question reads it, by key and in microseconds, so that a change holds at once in every process.</summary>
/// <remarks>The version of a policy is its stored form: no column counts, and the change of a process that knows no versions conflicts too.</remarks>
internal sealed class SqlitePolicyStore(Database database) : IRotationPolicyStore
{
    public ValueTask<RotationPolicy?> FindAsync(string clientId, string tenantId, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Stored(clientId, tenantId, cancellationToken) is { } json ? RotationPolicyJson.Read(json) : null);

    public ValueTask<VersionedRotationPolicy?> ReadAsync(string clientId, string tenantId, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Stored(clientId, tenantId, cancellationToken) is { } json ? new VersionedRotationPolicy(RotationPolicyJson.Read(json), json) : null);

    public async ValueTask<bool> TrySetAsync(
        string clientId, string tenantId, RotationPolicy? policy, string? version, CancellationToken cancellationToken)
    {
        var json = policy is null ? null : RotationPolicyJson.Write(policy);
        return await database.WriteAsync(
            session =>
            {
                // One writer at a time: nothing changes between the two statements.
                if (Find(session, clientId, tenantId) != version)
                {
                    return false;
                }

                var write = session.Keep(json is null ? Statements.RemovePolicy : Statements.SetPolicy).Bind(tenantId).Bind(clientId);
                _ = json is null ? write.Run() : write.Bind(json).Run();
                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    private string? Stored(string clientId, string tenantId, CancellationToken cancellationToken) => database.Read(
        static (session, key) => Find(session, key.ClientId, key.TenantId), (ClientId: clientId, TenantId: tenantId), cancellationToken);

    private static string? Find(Session session, string clientId, string tenantId)
    {
        using var find = session.Keep(Statements.FindPolicy).Bind(tenantId).Bind(clientId);
        return find.Step() ? find.Text(0) : null;
    }
}
