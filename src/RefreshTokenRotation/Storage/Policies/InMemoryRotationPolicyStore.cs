using System.Collections.Concurrent;
using System.Globalization;

namespace RefreshTokenRotation;

/// <summary>Keeps run-time policies in the memory of this process. They are as durable as the in-memory token store, and seen by one node.</summary>
public sealed class InMemoryRotationPolicyStore : IRotationPolicyStore
{
    private readonly ConcurrentDictionary<(string TenantId, string ClientId), VersionedRotationPolicy> _policies = new();
    private long _writes;

    /// <inheritdoc/>
    public ValueTask<RotationPolicy?> FindAsync(string clientId, string tenantId, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_policies.IsEmpty ? null : _policies.GetValueOrDefault((tenantId, clientId))?.Policy);

    /// <inheritdoc/>
    public ValueTask<VersionedRotationPolicy?> ReadAsync(string clientId, string tenantId, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_policies.GetValueOrDefault((tenantId, clientId)));

    /// <inheritdoc/>
    public ValueTask<bool> TrySetAsync(string clientId, string tenantId, RotationPolicy? policy, string? version, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var key = (tenantId, clientId);
        var known = _policies.GetValueOrDefault(key);
        return ValueTask.FromResult(known?.Version == version && (policy, known) switch
        {
            (null, null) => true,
            (null, _) => _policies.TryRemove(new(key, known)),
            (_, null) => _policies.TryAdd(key, Next(policy)),
            _ => _policies.TryUpdate(key, Next(policy), known),
        });
    }

    /// <summary>Versions are counted for all clients together, so that none comes back after a removal.</summary>
    private VersionedRotationPolicy Next(RotationPolicy policy) =>
        new(policy, Interlocked.Increment(ref _writes).ToString(CultureInfo.InvariantCulture));
}
