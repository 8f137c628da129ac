using System.Collections.Concurrent;

namespace RefreshTokenRotation;

/// <summary>Keeps run-time policies in the memory of this process. They are as durable as the in-memory token store, and seen by one node.</summary>
public sealed class InMemoryRotationPolicyStore : IRotationPolicyStore
{
    private readonly ConcurrentDictionary<(string TenantId, string ClientId), RotationPolicy> _policies = new();

    /// <inheritdoc/>
    public ValueTask<RotationPolicy?> FindAsync(string clientId, string tenantId, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_policies.IsEmpty ? null : _policies.GetValueOrDefault((tenantId, clientId)));

    /// <inheritdoc/>
    public ValueTask SetAsync(string clientId, string tenantId, RotationPolicy? policy, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (policy is null)
        {
            _policies.TryRemove((tenantId, clientId), out _);
        }
        else
        {
            _policies[(tenantId, clientId)] = policy;
        }

        return ValueTask.CompletedTask;
    }
}
