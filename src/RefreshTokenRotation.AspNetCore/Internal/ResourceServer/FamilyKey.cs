namespace RefreshTokenRotation.AspNetCore.Internal.ResourceServer;

/// <summary>A family, or one access token of it by its hash.</summary>
internal readonly record struct FamilyKey(string TenantId, Guid FamilyId, string? TokenHash = null);
