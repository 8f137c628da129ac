namespace RefreshTokenRotation.Testing.Conformance.Support;

/// <summary>Writes every call of one node down.</summary>
internal sealed class RecordingPolicyStore(IRotationPolicyStore inner, CallHistory history, string node) : IRotationPolicyStore
{
    public async ValueTask<RotationPolicy?> FindAsync(string clientId, string tenantId, CancellationToken cancellationToken)
    {
        var entry = history.Begin(node, $"find {tenantId}/{clientId}");
        try
        {
            var policy = await inner.FindAsync(clientId, tenantId, cancellationToken).ConfigureAwait(false);
            entry.End(Describe(policy));
            return policy;
        }
        catch (Exception exception)
        {
            entry.End(exception.GetType().Name);
            throw;
        }
    }

    public async ValueTask<VersionedRotationPolicy?> ReadAsync(string clientId, string tenantId, CancellationToken cancellationToken)
    {
        var entry = history.Begin(node, $"read {tenantId}/{clientId}");
        try
        {
            var stored = await inner.ReadAsync(clientId, tenantId, cancellationToken).ConfigureAwait(false);
            entry.End($"{Describe(stored?.Policy)}, version {stored?.Version ?? "none"}");
            return stored;
        }
        catch (Exception exception)
        {
            entry.End(exception.GetType().Name);
            throw;
        }
    }

    public async ValueTask<bool> TrySetAsync(
        string clientId, string tenantId, RotationPolicy? policy, string? version, CancellationToken cancellationToken)
    {
        var entry = history.Begin(node, $"set {tenantId}/{clientId} to {Describe(policy)} if the version is {version ?? "none"}");
        try
        {
            var isSet = await inner.TrySetAsync(clientId, tenantId, policy, version, cancellationToken).ConfigureAwait(false);
            entry.End(isSet ? "done" : "conflict");
            return isSet;
        }
        catch (Exception exception)
        {
            entry.End(exception.GetType().Name);
            throw;
        }
    }

    private static string Describe(RotationPolicy? policy) => policy is null ? "nothing" : $"a policy with leeway {policy.Leeway}, cap {policy.ActiveCap}";
}
