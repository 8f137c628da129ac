namespace RefreshTokenRotation.Testing.Tests.Conformance;

/// <summary>A policy store that does one thing wrong: what is not replaced goes through.</summary>
internal sealed class BrokenPolicyStore(IRotationPolicyStore inner) : IRotationPolicyStore
{
    public Func<string, string, CancellationToken, Task<RotationPolicy?>>? Find { get; init; }

    public Func<string, string, RotationPolicy?, CancellationToken, Task>? Set { get; init; }

    public ValueTask<RotationPolicy?> FindAsync(string clientId, string tenantId, CancellationToken cancellationToken) =>
        Find is null ? inner.FindAsync(clientId, tenantId, cancellationToken) : new(Find(clientId, tenantId, cancellationToken));

    public ValueTask SetAsync(string clientId, string tenantId, RotationPolicy? policy, CancellationToken cancellationToken) =>
        Set is null ? inner.SetAsync(clientId, tenantId, policy, cancellationToken) : new(Set(clientId, tenantId, policy, cancellationToken));
}
