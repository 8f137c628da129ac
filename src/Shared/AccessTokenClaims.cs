using System.Text.Json;

namespace RefreshTokenRotation;

/// <summary>What the claims of an access token (RFC 9068) say, once its signature is verified.</summary>
internal static class AccessTokenClaims
{
    public const string FamilyId = "rtr_fid";
    public const string Generation = "rtr_gen";
    public const string Type = "at+jwt";

    private const long LastSecond = 253_402_300_799;

    /// <summary>Null if a claim is missing that every access token has.</summary>
    public static ValidatedAccessToken? Describe(JsonElement claims, string tenantClaim)
    {
        if (Text(claims, "sub") is not { } subject || Text(claims, "client_id") is not { } client || Time(claims, "exp") is not { } expiresAt)
        {
            return null;
        }

        var (thumbprint, type) = Confirmation(claims);
        return new ValidatedAccessToken
        {
            Subject = subject,
            ClientId = client,
            TenantId = Text(claims, tenantClaim) ?? string.Empty,
            Scopes = Text(claims, "scope")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [],
            Resources = Texts(claims, "aud"),
            Issuer = Text(claims, "iss"),
            TokenId = Text(claims, "jti"),
            IssuedAt = Time(claims, "iat"),
            ExpiresAt = expiresAt,
            TokenType = type,
            SessionId = Text(claims, "sid"),
            AuthenticationTime = Time(claims, "auth_time"),
            Acr = Text(claims, "acr"),
            Amr = Texts(claims, "amr"),
            SenderKeyThumbprint = thumbprint,
            FamilyId = Guid.TryParseExact(Text(claims, FamilyId), "N", out var family) ? family : null,
            Generation = Number(claims, Generation),
        };
    }

    /// <summary>The texts of a claim that is one, or an array of them.</summary>
    public static string[] Texts(JsonElement claims, string name) =>
        !claims.TryGetProperty(name, out var value) ? []
        : value.ValueKind == JsonValueKind.String ? [value.GetString()!]
        : value.ValueKind != JsonValueKind.Array ? []
        : [.. value.EnumerateArray().Where(static entry => entry.ValueKind == JsonValueKind.String).Select(static entry => entry.GetString()!)];

    private static (string? Thumbprint, string Type) Confirmation(JsonElement claims) =>
        !claims.TryGetProperty("cnf", out var confirmation) || confirmation.ValueKind != JsonValueKind.Object ? (null, "Bearer")
        : Text(confirmation, "jkt") is { } key ? (key, "DPoP")
        : (Text(confirmation, "x5t#S256"), "Bearer");

    private static string? Text(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Number(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;

    private static DateTimeOffset? Time(JsonElement claims, string name) =>
        Number(claims, name) is { } seconds and >= 0 and <= LastSecond ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
}
