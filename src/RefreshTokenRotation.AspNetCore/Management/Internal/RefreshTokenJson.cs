using System.Text.Json;
using System.Text.Json.Serialization;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>A family as a refresh token resource. Nothing of it is secret.</summary>
internal static class RefreshTokenJson
{
    public const string Metadata = "refresh_token_metadata";

    public static ManagementAnswer Answer(TokenFamilyInfo family) => ManagementAnswer.Json(json => Write(json, family));

    public static ManagementAnswer Answer(TokenFamilyPage page) => ManagementAnswer.Json(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("tokens");
        foreach (var family in page.Families)
        {
            Write(json, family);
        }

        json.WriteEndArray();
        json.WriteString("next", page.Next?.ToString());
        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, TokenFamilyInfo family)
    {
        json.WriteStartObject();
        json.WriteString("id", FamilyIds.Write(family.FamilyId));
        json.WriteString("user_id", family.Subject);
        json.WriteString("client_id", family.ClientId);
        json.WriteString("session_id", family.SessionId);
        json.WriteBoolean("rotating", family.RotationType == RotationType.Rotating);
        WriteTime(json, "created_at", family.CreatedAt);
        WriteTime(json, "expires_at", family.AbsoluteExpiresAt);
        WriteTime(json, "idle_expires_at", family.IdleExpiresAt);
        WriteTime(json, "last_exchanged_at", family.LastUsedAt);
        WriteDevice(json, family.FirstDevice, family.LastDevice);
        WriteResources(json, family);
        json.WriteStartObject(Metadata);
        foreach (var (key, value) in family.Metadata)
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteDevice(Utf8JsonWriter json, DeviceInfo? first, DeviceInfo? last)
    {
        json.WriteStartObject("device");
        json.WriteString("initial_ip", first?.IpAddress);
        json.WriteString("initial_user_agent", first?.UserAgent);
        json.WriteString("last_ip", (last ?? first)?.IpAddress);
        json.WriteString("last_user_agent", (last ?? first)?.UserAgent);
        json.WriteEndObject();
    }

    /// <summary>The granted scope holds for every resource server. A family for none shows its scope under an empty audience.</summary>
    private static void WriteResources(Utf8JsonWriter json, TokenFamilyInfo family)
    {
        var scopes = string.Join(' ', family.Scopes);
        json.WriteStartArray("resource_servers");
        foreach (var grant in GrantScan.GrantsOf(family))
        {
            json.WriteStartObject();
            json.WriteString("audience", grant.Audience);
            json.WriteString("scopes", scopes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is { } known)
        {
            json.WriteString(name, known.UtcDateTime);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}

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
    [property: JsonPropertyName("resource_servers")] ResourceServerDescription[] ApiResolver,
    [property: JsonPropertyName(RefreshTokenJson.Metadata)] Dictionary<string, string> Metadata);

/// <summary>A page of refresh tokens, for API descriptions.</summary>
internal sealed record RefreshTokenPageDescription(
    [property: JsonPropertyName("tokens")] RefreshTokenDescription[] Tokens,
    [property: JsonPropertyName("next")] string? Next);

/// <summary>The body that changes a refresh token, for API descriptions.</summary>
internal sealed record RefreshTokenPatchDescription([property: JsonPropertyName(RefreshTokenJson.Metadata)] Dictionary<string, string>? Metadata);

/// <summary>The first and the last device of a refresh token, for API descriptions.</summary>
internal sealed record DeviceDescription(
    [property: JsonPropertyName("initial_ip")] string? InitialIp,
    [property: JsonPropertyName("initial_user_agent")] string? InitialUserAgent,
    [property: JsonPropertyName("last_ip")] string? LastIp,
    [property: JsonPropertyName("last_user_agent")] string? LastUserAgent);

/// <summary>What a refresh token is good for at a resource server, for API descriptions.</summary>
internal sealed record ResourceServerDescription(
    [property: JsonPropertyName("audience")] string Audience,
    [property: JsonPropertyName("scopes")] string Scopes);
