namespace RefreshTokenRotation.Testing.Tests.Conformance;

/// <summary>A policy store that does one thing wrong: what is not replaced goes through.</summary>
internal sealed class BrokenPolicyStore(IRotationPolicyStore inner) : IRotationPolicyStore
{
    public Func<string, string, CancellationToken, Task<RotationPolicy?>>? Find { get; init; }

    public Func<string, string, RotationPolicy?, CancellationToken, Task>? Set { get; init; }

    public ValueTask<RotationPolicy?> FindAsync(string tenantId, string clientId, CancellationToken cancellationToken) =>
        Find is null ? inner.FindAsync(tenantId, clientId, cancellationToken) : new(Find(tenantId, clientId, cancellationToken));

    public ValueTask SetAsync(string tenantId, string clientId, RotationPolicy? policy, CancellationToken cancellationToken) =>
        Set is null ? inner.SetAsync(tenantId, clientId, policy, cancellationToken) : new(Set(tenantId, clientId, policy, cancellationToken));
}
