using System.Text.Json.Serialization;

namespace RefreshTokenRotation.AspNetCore.Management.Internal.Descriptions;

/// <summary>The body that changes a refresh token, for API descriptions.</summary>
internal sealed record RefreshTokenPatchDescription([property: JsonPropertyName(RefreshTokenJson.Metadata)] Dictionary<string, string>? Metadata);
