using System.Text.Json.Serialization;

namespace RefreshTokenRotation.AspNetCore.Management.Internal.Descriptions;

/// <summary>The body of a bulk revocation, for API descriptions.</summary>
internal sealed record RevocationDescription(
    [property: JsonPropertyName("ids")] string[]? Ids,
    [property: JsonPropertyName("user_id")] string? UserId,
    [property: JsonPropertyName("client_id")] string? ClientId,
    [property: JsonPropertyName("audience")] string? Audience);
