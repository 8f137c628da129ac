namespace RefreshTokenRotation;

/// <summary>What a token of an earlier server grants.</summary>
/// <param name="Grant">The grant; null if the token is no longer valid.</param>
/// <param name="ExpiresAt">When the session ends at the latest; null for only the policy's lifetimes.</param>
public sealed record LegacyGrant(IssueRequest? Grant, DateTimeOffset? ExpiresAt = null);
