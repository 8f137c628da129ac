namespace RefreshTokenRotation.Internal;

/// <summary>Validates policies on their way into the store. Whatever a store throws is an outage, and none of the caller's mistakes.</summary>
internal sealed class RotationPolicyManager(
    IRotationPolicyStore store, IRotationPolicyResolver resolver, CurrentOptions options, Func<ITokenStore> tokens) : IRotationPolicyManager
{
    /// <summary>Far beyond what administrators do to one client at once.</summary>
    private const int MaxTries = 100;

    public ValueTask<RotationPolicy> GetAsync(string clientId, string tenantId = "", CancellationToken cancellationToken = default)
    {
        Check(clientId, tenantId);
        return GuardAsync(token => resolver.ResolveAsync(new RotationPolicyContext(clientId, tenantId, []), token), cancellationToken);
    }

    public ValueTask<VersionedRotationPolicy> ReadAsync(string clientId, string tenantId = "", CancellationToken cancellationToken = default)
    {
        Check(clientId, tenantId);
        return GuardAsync(
            async token => await store.ReadAsync(clientId, tenantId, token).ConfigureAwait(false)
                ?? new VersionedRotationPolicy(await WithoutStoreAsync(new(clientId, tenantId, []), token).ConfigureAwait(false), Version: null),
            cancellationToken);
    }

    public ValueTask<bool> TrySetAsync(
        string clientId, RotationPolicy policy, string? version, string tenantId = "", CancellationToken cancellationToken = default)
    {
        Check(clientId, tenantId);
        CheckBounds(clientId, policy);
        return GuardAsync(token => store.TrySetAsync(clientId, tenantId, policy, version, token), cancellationToken);
    }

    public ValueTask<bool> TryRemoveAsync(string clientId, string? version, string tenantId = "", CancellationToken cancellationToken = default)
    {
        Check(clientId, tenantId);
        return GuardAsync(token => store.TrySetAsync(clientId, tenantId, policy: null, version, token), cancellationToken);
    }

    public ValueTask SetAsync(string clientId, RotationPolicy policy, string tenantId = "", CancellationToken cancellationToken = default)
    {
        Check(clientId, tenantId);
        CheckBounds(clientId, policy);
        return OverwriteAsync(clientId, tenantId, policy, cancellationToken);
    }

    public ValueTask RemoveAsync(string clientId, string tenantId = "", CancellationToken cancellationToken = default)
    {
        Check(clientId, tenantId);
        return OverwriteAsync(clientId, tenantId, policy: null, cancellationToken);
    }

    private async ValueTask OverwriteAsync(string clientId, string tenantId, RotationPolicy? policy, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < MaxTries; tries++)
        {
            var known = await GuardAsync(token => store.ReadAsync(clientId, tenantId, token), cancellationToken).ConfigureAwait(false);
            if (await GuardAsync(token => store.TrySetAsync(clientId, tenantId, policy, known?.Version, token), cancellationToken).ConfigureAwait(false))
            {
                return;
            }
        }

        throw new RefreshTokenUnavailableException("Other callers kept changing the policy; try again.");
    }

    /// <summary>The library's resolver would ask the store's cache first. A host's own resolver decides as it does for an exchange.</summary>
    private ValueTask<RotationPolicy> WithoutStoreAsync(RotationPolicyContext context, CancellationToken cancellationToken) =>
        resolver is DefaultPolicyResolver own ? ValueTask.FromResult(own.FromOptions(context)) : resolver.ResolveAsync(context, cancellationToken);

    private static async ValueTask<TResult> GuardAsync<TResult>(Func<CancellationToken, ValueTask<TResult>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            throw Unavailable.PolicyStoreOrCancelled(fault, cancellationToken);
        }
    }

    private void CheckBounds(string clientId, RotationPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        PolicyViolation[] violations = [.. PolicyValidator.Violations(policy, options.Value, tokens)];
        if (violations.Length > 0)
        {
            throw new RotationPolicyException(violations, $"The policy of the client '{clientId}'", nameof(policy));
        }
    }

    private static void Check(string clientId, string tenantId)
    {
        FieldValidator.CheckIdentifier(clientId, nameof(clientId));
        FieldValidator.CheckTenant(tenantId);
    }
}
