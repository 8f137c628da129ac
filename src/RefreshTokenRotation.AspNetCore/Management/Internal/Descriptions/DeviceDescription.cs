using System.Text.Json.Serialization;

namespace RefreshTokenRotation.AspNetCore.Management.Internal.Descriptions;

/// <summary>The first and the last device of a refresh token, for API descriptions.</summary>
internal sealed record DeviceDescription(
    [property: JsonPropertyName("initial_ip")] string? InitialIp,
    [property: JsonPropertyName("initial_user_agent")] string? InitialUserAgent,
    [property: JsonPropertyName("last_ip")] string? LastIp,
    [property: JsonPropertyName("last_user_agent")] string? LastUserAgent);
