namespace RefreshTokenRotation.Jwt.Internal;

/// <summary>What a token says beside what it was asked for.</summary>
/// <param name="Issuer">The issuer.</param>
/// <param name="Audience">For whom it is where no resource server was named.</param>
/// <param name="TenantClaim">The claim that names the tenant.</param>
/// <param name="Confirmation">What its key is.</param>
/// <param name="IssuedAt">When, in seconds since 1970.</param>
/// <param name="ExpiresAt">Until when, in seconds since 1970.</param>
internal readonly record struct TokenFrame(
    string Issuer, string Audience, string TenantClaim, ConfirmationMethod Confirmation, long IssuedAt, long ExpiresAt);
