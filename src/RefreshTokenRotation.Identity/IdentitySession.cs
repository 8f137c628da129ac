namespace RefreshTokenRotation.Identity;

/// <summary>A session of a user, as <c>MapIdentitySessions</c> lists it.</summary>
/// <param name="Id">Its id, for the endpoint that ends it.</param>
/// <param name="IsCurrent">Whether the request's own access token belongs to it.</param>
/// <param name="SignedInAt">When the user logged in.</param>
/// <param name="LastUsedAt">When a token was last refreshed; null if never.</param>
/// <param name="ExpiresAt">When it ends unless it is used before; null if never.</param>
/// <param name="UserAgent">The device that used it last; null if not known.</param>
/// <param name="IpAddress">Where from; null if not known.</param>
public sealed record IdentitySession(
    Guid Id,
    bool IsCurrent,
    DateTimeOffset SignedInAt,
    DateTimeOffset? LastUsedAt,
    DateTimeOffset? ExpiresAt,
    string? UserAgent,
    string? IpAddress);
