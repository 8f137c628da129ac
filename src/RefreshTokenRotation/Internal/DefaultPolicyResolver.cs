namespace RefreshTokenRotation.Internal;

/// <summary>The most specific policy wins: client and resource (options), client (the policy store, then options), resource, default.</summary>
internal sealed class DefaultPolicyResolver(IRotationPolicyStore store, CurrentOptions options) : IRotationPolicyResolver
{
    public async ValueTask<RotationPolicy> ResolveAsync(RotationPolicyContext context, CancellationToken cancellationToken)
    {
        var current = options.Value;
        if (current.ClientResourcePolicies.Count > 0)
        {
            foreach (var resource in context.Resources)
            {
                if (current.ClientResourcePolicies.TryGetValue((context.ClientId, resource), out var narrow))
                {
                    return narrow;
                }
            }
        }

        return await store.FindAsync(context.ClientId, context.TenantId, cancellationToken).ConfigureAwait(false) ?? FromOptions(context);
    }

    /// <summary>What holds where the store has no policy and no option is narrower.</summary>
    public RotationPolicy FromOptions(RotationPolicyContext context)
    {
        var current = options.Value;
        if (current.ClientPolicies.TryGetValue(context.ClientId, out var policy))
        {
            return policy;
        }

        if (current.ResourcePolicies.Count > 0)
        {
            foreach (var resource in context.Resources)
            {
                if (current.ResourcePolicies.TryGetValue(resource, out policy))
                {
                    return policy;
                }
            }
        }

        return current.DefaultPolicy;
    }
}
