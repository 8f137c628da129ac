using System.Text.Json.Serialization;

namespace RefreshTokenRotation.AspNetCore.Management.Internal.Descriptions;

/// <summary>The members of a refresh token resource, for API descriptions.</summary>
internal sealed record RefreshTokenDescription(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("user_id")] string UserId,
    [property: JsonPropertyName("client_id")] string ClientId,
    [property: JsonPropertyName("session_id")] string? SessionId,
    [property: JsonPropertyName("rotating")] bool Rotating,
    [property: JsonPropertyName("created_at")] DateTime CreatedAt,
    [property: JsonPropertyName("expires_at")] DateTime? ExpiresAt,
    [property: JsonPropertyName("idle_expires_at")] DateTime? IdleExpiresAt,
    [property: JsonPropertyName("last_exchanged_at")] DateTime? LastExchangedAt,
    [property: JsonPropertyName("device")] DeviceDescription Device,
    [property: JsonPropertyName("resource_servers")] ResourceServerDescription[] ResourceServers,
    [property: JsonPropertyName(RefreshTokenJson.Metadata)] Dictionary<string, string> Metadata);
