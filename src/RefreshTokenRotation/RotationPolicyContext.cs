namespace RefreshTokenRotation;

/// <summary>The family that needs a policy.</summary>
/// <param name="ClientId">The client.</param>
/// <param name="TenantId">The tenant; empty for hosts without tenants.</param>
/// <param name="Resources">The resource servers that the family was issued for, never those of a request.</param>
public readonly record struct RotationPolicyContext(string ClientId, string TenantId, IReadOnlyList<string> Resources);
