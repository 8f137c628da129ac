namespace RefreshTokenRotation.Internal;

/// <summary>Validates policies on their way into the store.</summary>
internal sealed class RotationPolicyManager(IRotationPolicyStore store, IRotationPolicyResolver resolver, CurrentOptions options) : IRotationPolicyManager
{
    public ValueTask<RotationPolicy> GetAsync(string clientId, string tenantId = "", CancellationToken cancellationToken = default)
    {
        Check(clientId, tenantId);
        return ReadAsync(new RotationPolicyContext(tenantId, clientId, []), cancellationToken);
    }

    public ValueTask SetAsync(string clientId, RotationPolicy policy, string tenantId = "", CancellationToken cancellationToken = default)
    {
        Check(clientId, tenantId);
        ArgumentNullException.ThrowIfNull(policy);
        var failures = PolicyValidator.Failures(policy, options.Value, $"The policy of the client '{clientId}'");
        return failures.Count == 0
            ? WriteAsync(clientId, tenantId, policy, cancellationToken)
            : throw new ArgumentException(string.Join(' ', failures), nameof(policy));
    }

    public ValueTask RemoveAsync(string clientId, string tenantId = "", CancellationToken cancellationToken = default)
    {
        Check(clientId, tenantId);
        return WriteAsync(clientId, tenantId, policy: null, cancellationToken);
    }

    private async ValueTask<RotationPolicy> ReadAsync(RotationPolicyContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await resolver.ResolveAsync(context, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            throw Unavailable.PolicyStoreOrCancelled(fault, cancellationToken);
        }
    }

    /// <summary>Whatever a store throws is an outage, and none of the caller's mistakes.</summary>
    private async ValueTask WriteAsync(string clientId, string tenantId, RotationPolicy? policy, CancellationToken cancellationToken)
    {
        try
        {
            await store.SetAsync(clientId, tenantId, policy, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            throw Unavailable.PolicyStoreOrCancelled(fault, cancellationToken);
        }
    }

    private static void Check(string clientId, string tenantId)
    {
        FieldValidator.CheckIdentifier(clientId, nameof(clientId));
        FieldValidator.CheckTenant(tenantId);
    }
}
