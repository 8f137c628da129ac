using System.Text.Json.Serialization;

namespace RefreshTokenRotation.AspNetCore.Management.Internal.Descriptions;

/// <summary>The members of a client, for API descriptions.</summary>
internal sealed record ClientDescription(
    [property: JsonPropertyName(ClientJson.ClientId)] string ClientId,
    [property: JsonPropertyName(ClientJson.RefreshToken)] SettingsDescription RefreshToken);
