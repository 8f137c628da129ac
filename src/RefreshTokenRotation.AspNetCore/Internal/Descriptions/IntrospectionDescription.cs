using System.Text.Json.Serialization;

namespace RefreshTokenRotation.AspNetCore.Internal.Descriptions;

/// <summary>The members of an introspection answer (RFC 7662 section 2.2), for API descriptions.</summary>
internal sealed record IntrospectionDescription(
    [property: JsonPropertyName("active")] bool Active,
    [property: JsonPropertyName("token_type")] string? TokenType,
    [property: JsonPropertyName("scope")] string? Scope,
    [property: JsonPropertyName("client_id")] string? ClientId,
    [property: JsonPropertyName("sub")] string? Subject,
    [property: JsonPropertyName("aud")] object? Audience,
    [property: JsonPropertyName("iss")] string? Issuer,
    [property: JsonPropertyName("exp")] long? ExpiresAt,
    [property: JsonPropertyName("iat")] long? IssuedAt,
    [property: JsonPropertyName("jti")] string? TokenId,
    [property: JsonPropertyName("sid")] string? SessionId,
    [property: JsonPropertyName("auth_time")] long? AuthenticationTime,
    [property: JsonPropertyName("acr")] string? Acr,
    [property: JsonPropertyName("amr")] string[]? Amr,
    [property: JsonPropertyName("cnf")] object? Confirmation);
