using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Redis.Internal;

/// <summary>Run-time policies in Redis. A <see cref="RotationPolicyCache"/> caches them. The version of a policy is its stored form.</summary>
internal sealed class RedisPolicyStore(RedisConnection connection) : IRotationPolicyStore
{
    public async ValueTask<RotationPolicy?> FindAsync(string clientId, string tenantId, CancellationToken cancellationToken) =>
        (await ReadAsync(clientId, tenantId, cancellationToken).ConfigureAwait(false))?.Policy;

    public async ValueTask<VersionedRotationPolicy?> ReadAsync(string clientId, string tenantId, CancellationToken cancellationToken)
    {
        var json = (string?)await connection.ReadAsync(
            Script.TextOf, connection.Names.Policy(clientId, tenantId), [], cancellationToken).ConfigureAwait(false);
        return json is null ? null : new VersionedRotationPolicy(RotationPolicyJson.Read(json), json);
    }

    public async ValueTask<bool> TrySetAsync(
        string clientId, string tenantId, RotationPolicy? policy, string? version, CancellationToken cancellationToken) =>
        (int)await connection.WriteAsync(
            Script.Policy,
            [connection.Names.Policy(clientId, tenantId)],
            [version ?? string.Empty, policy is null ? string.Empty : RotationPolicyJson.Write(policy)],
            cancellationToken).ConfigureAwait(false) == 1;
}
