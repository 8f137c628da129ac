namespace RefreshTokenRotation.Testing.Tests.Conformance;

/// <summary>A policy store that does one thing wrong: what is not replaced goes through.</summary>
internal sealed class BrokenPolicyStore(IRotationPolicyStore inner) : IRotationPolicyStore
{
    public Func<string, string, CancellationToken, Task<RotationPolicy?>>? Find { get; init; }

    public Func<string, string, CancellationToken, Task<VersionedRotationPolicy?>>? Read { get; init; }

    public Func<string, string, RotationPolicy?, string?, CancellationToken, Task<bool>>? TrySet { get; init; }

    public ValueTask<RotationPolicy?> FindAsync(string clientId, string tenantId, CancellationToken cancellationToken) =>
        Find is null ? inner.FindAsync(clientId, tenantId, cancellationToken) : new(Find(clientId, tenantId, cancellationToken));

    public ValueTask<VersionedRotationPolicy?> ReadAsync(string clientId, string tenantId, CancellationToken cancellationToken) =>
        Read is null ? inner.ReadAsync(clientId, tenantId, cancellationToken) : new(Read(clientId, tenantId, cancellationToken));

    public ValueTask<bool> TrySetAsync(string clientId, string tenantId, RotationPolicy? policy, string? version, CancellationToken cancellationToken) =>
        TrySet is null
            ? inner.TrySetAsync(clientId, tenantId, policy, version, cancellationToken)
            : new(TrySet(clientId, tenantId, policy, version, cancellationToken));
}
