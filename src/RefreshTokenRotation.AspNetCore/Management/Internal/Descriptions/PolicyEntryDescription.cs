using System.Text.Json.Serialization;

namespace RefreshTokenRotation.AspNetCore.Management.Internal.Descriptions;

/// <summary>One of a client's <c>policies</c>, for API descriptions.</summary>
internal sealed record PolicyEntryDescription(
    [property: JsonPropertyName("audience")] string Audience,
    [property: JsonPropertyName("scope")] string[] Scope);
