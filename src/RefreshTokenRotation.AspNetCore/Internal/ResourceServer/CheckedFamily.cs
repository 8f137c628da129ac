namespace RefreshTokenRotation.AspNetCore.Internal.ResourceServer;

/// <summary>Says on a request that this family has been checked, so that middleware and endpoint together ask once.</summary>
internal sealed record CheckedFamily(FamilyKey Key);
