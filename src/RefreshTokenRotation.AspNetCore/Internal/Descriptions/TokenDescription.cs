using System.Text.Json.Serialization;

namespace RefreshTokenRotation.AspNetCore.Internal.Descriptions;

/// <summary>The members of a token answer (RFC 6749 section 5.1), for API descriptions.</summary>
internal sealed record TokenDescription(
    [property: JsonPropertyName("access_token")] string AccessToken,
    [property: JsonPropertyName("token_type")] string TokenType,
    [property: JsonPropertyName("expires_in")] long ExpiresIn,
    [property: JsonPropertyName("refresh_token")] string? RefreshToken,
    [property: JsonPropertyName("id_token")] string? IdToken,
    [property: JsonPropertyName("scope")] string? Scope);
