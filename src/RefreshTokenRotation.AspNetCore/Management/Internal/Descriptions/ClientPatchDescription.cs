using System.Text.Json.Serialization;

namespace RefreshTokenRotation.AspNetCore.Management.Internal.Descriptions;

/// <summary>The body that changes a client, for API descriptions.</summary>
internal sealed record ClientPatchDescription([property: JsonPropertyName(ClientJson.RefreshToken)] SettingsDescription? RefreshToken);
