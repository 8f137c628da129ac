using System.Text.Json.Serialization;

namespace RefreshTokenRotation.AspNetCore.Management.Internal.Descriptions;

/// <summary>The members of a grant, for API descriptions.</summary>
internal sealed record GrantDescription(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("clientID")] string ClientId,
    [property: JsonPropertyName("user_id")] string UserId,
    [property: JsonPropertyName("audience")] string Audience,
    [property: JsonPropertyName("scope")] string[] Scope);
