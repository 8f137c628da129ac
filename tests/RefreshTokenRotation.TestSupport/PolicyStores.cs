namespace RefreshTokenRotation.Tests.Support;

/// <summary>Shorter ways to write to a policy store.</summary>
public static class PolicyStores
{
    /// <summary>Sets a policy, whatever was there.</summary>
    public static async ValueTask SetAsync(
        this IRotationPolicyStore store, string clientId, string tenantId, RotationPolicy? policy, CancellationToken cancellationToken)
    {
        VersionedRotationPolicy? known;
        do
        {
            known = await store.ReadAsync(clientId, tenantId, cancellationToken);
        }
        while (!await store.TrySetAsync(clientId, tenantId, policy, known?.Version, cancellationToken));
    }
}
