using System.Text.Json.Serialization;

namespace RefreshTokenRotation.AspNetCore.Management.Internal.Descriptions;

/// <summary>A page of refresh tokens, for API descriptions.</summary>
internal sealed record RefreshTokenPageDescription(
    [property: JsonPropertyName("tokens")] RefreshTokenDescription[] Tokens,
    [property: JsonPropertyName("next")] string? Next);
