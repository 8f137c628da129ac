using System.Text.Json.Serialization;

namespace RefreshTokenRotation.AspNetCore.Internal.Descriptions;

/// <summary>The members of an error answer (RFC 6749 section 5.2), for API descriptions.</summary>
internal sealed record ErrorDescription(
    [property: JsonPropertyName("error")] string Error,
    [property: JsonPropertyName("error_description")] string? Description);
