using System.Text.Json.Serialization;

namespace RefreshTokenRotation.AspNetCore.Management.Internal.Descriptions;

/// <summary>What a refresh token is good for at a resource server, for API descriptions.</summary>
internal sealed record ResourceServerDescription(
    [property: JsonPropertyName("audience")] string Audience,
    [property: JsonPropertyName("scopes")] string Scopes);
