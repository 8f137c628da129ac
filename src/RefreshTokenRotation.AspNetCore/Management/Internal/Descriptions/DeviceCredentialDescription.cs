using System.Text.Json.Serialization;

namespace RefreshTokenRotation.AspNetCore.Management.Internal.Descriptions;

/// <summary>The members of a device credential, for API descriptions.</summary>
internal sealed record DeviceCredentialDescription(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("device_name")] string? DeviceName,
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("user_id")] string UserId,
    [property: JsonPropertyName("client_id")] string ClientId);
