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

    public async ValueTask SetAsync(string clientId, string tenantId, RotationPolicy? policy, CancellationToken cancellationToken)
    {
        var entry = history.Begin(node, $"set {tenantId}/{clientId} to {Describe(policy)}");
        try
        {
            await inner.SetAsync(clientId, tenantId, policy, cancellationToken).ConfigureAwait(false);
            entry.End("done");
        }
        catch (Exception exception)
        {
            entry.End(exception.GetType().Name);
            throw;
        }
    }

    private static string Describe(RotationPolicy? policy) => policy is null ? "nothing" : $"a policy with leeway {policy.Leeway}, cap {policy.ActiveCap}";
}
