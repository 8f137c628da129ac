using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>A client with its settings, as GET and PATCH answer it.</summary>
internal static class ClientJson
{
    public const string ClientId = "client_id";
    public const string RefreshToken = "refresh_token";

    public static ReadOnlyMemory<byte> Write(string clientId, RotationPolicy policy, FieldSelection fields = default) => ManagementAnswer.Write(json =>
    {
        json.WriteStartObject();
        fields.Write(json, ClientId, clientId);
        if (fields.Shows(RefreshToken))
        {
            json.WritePropertyName(RefreshToken);
            Write(json, policy);
        }

        json.WriteEndObject();
    });

    /// <summary>Changes with every setting, and with nothing else.</summary>
    public static string TagOf(string clientId, RotationPolicy policy) =>
        $"\"{Base64Url.EncodeToString(SHA256.HashData(Write(clientId, policy).Span).AsSpan(0, 16))}\"";

    private static void Write(Utf8JsonWriter json, RotationPolicy policy)
    {
        json.WriteStartObject();
        json.WriteString(SettingNames.RotationType, policy.RotationType == RotationType.Rotating ? "rotating" : "non-rotating");
        json.WriteString(SettingNames.ExpirationType, policy.ExpirationType == ExpirationType.Expiring ? "expiring" : "non-expiring");
        json.WriteNumber(SettingNames.Leeway, Seconds(policy.Leeway));
        json.WriteNumber(SettingNames.TokenLifetime, Seconds(policy.AbsoluteLifetime));
        if (policy.IdleLifetime is { } idle)
        {
            json.WriteNumber(SettingNames.IdleTokenLifetime, Seconds(idle));
        }
        else
        {
            json.WriteNull(SettingNames.IdleTokenLifetime);
        }

        json.WriteBoolean(SettingNames.InfiniteTokenLifetime, policy.InfiniteAbsoluteLifetime);
        json.WriteBoolean(SettingNames.InfiniteIdleTokenLifetime, policy.InfiniteIdleLifetime);
        WriteEntries(json, policy.MultiResource);
        json.WriteNumber(SettingNames.RecoveryWindow, Seconds(policy.RecoveryWindow));
        json.WriteBoolean(SettingNames.ShadowMode, policy.ShadowMode);
        json.WriteNumber(SettingNames.ActiveCap, policy.ActiveCap);
        json.WriteString(SettingNames.ReuseResponse, policy.ReuseResponse switch
        {
            ReuseResponse.UserAndClient => "user_and_client",
            ReuseResponse.User => "user",
            ReuseResponse.Grant => "grant",
            _ => "family",
        });
        json.WriteEndObject();
    }

    private static void WriteEntries(Utf8JsonWriter json, IReadOnlyList<ResourceScopes> entries)
    {
        if (entries.Count == 0)
        {
            json.WriteNull(SettingNames.Policies);
            return;
        }

        json.WriteStartArray(SettingNames.Policies);
        foreach (var entry in entries)
        {
            json.WriteStartObject();
            json.WriteString("audience", entry.Resource);
            json.WriteStartArray("scope");
            foreach (var scope in entry.Scopes)
            {
                json.WriteStringValue(scope);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Whole, unless the host's options name fractions.</summary>
    private static decimal Seconds(TimeSpan time) =>
        time.Ticks % TimeSpan.TicksPerSecond == 0 ? time.Ticks / TimeSpan.TicksPerSecond : (decimal)time.Ticks / TimeSpan.TicksPerSecond;
}

/// <summary>The members of a client, for API descriptions.</summary>
internal sealed record ClientDescription(
    [property: JsonPropertyName(ClientJson.ClientId)] string ClientId,
    [property: JsonPropertyName(ClientJson.RefreshToken)] SettingsDescription RefreshToken);

/// <summary>The body that changes a client, for API descriptions.</summary>
internal sealed record ClientPatchDescription([property: JsonPropertyName(ClientJson.RefreshToken)] SettingsDescription? RefreshToken);

/// <summary>A client's refresh token settings, for API descriptions. Times are seconds.</summary>
internal sealed record SettingsDescription(
    [property: JsonPropertyName(SettingNames.RotationType)] string? RotationType,
    [property: JsonPropertyName(SettingNames.ExpirationType)] string? ExpirationType,
    [property: JsonPropertyName(SettingNames.Leeway)] long? Leeway,
    [property: JsonPropertyName(SettingNames.TokenLifetime)] long? TokenLifetime,
    [property: JsonPropertyName(SettingNames.IdleTokenLifetime)] long? IdleTokenLifetime,
    [property: JsonPropertyName(SettingNames.InfiniteTokenLifetime)] bool? InfiniteTokenLifetime,
    [property: JsonPropertyName(SettingNames.InfiniteIdleTokenLifetime)] bool? InfiniteIdleTokenLifetime,
    [property: JsonPropertyName(SettingNames.Policies)] PolicyEntryDescription[]? Policies,
    [property: JsonPropertyName(SettingNames.RecoveryWindow)] long? RecoveryWindow,
    [property: JsonPropertyName(SettingNames.ShadowMode)] bool? ShadowMode,
    [property: JsonPropertyName(SettingNames.ActiveCap)] int? ActiveCap,
    [property: JsonPropertyName(SettingNames.ReuseResponse)] string? ReuseResponse);

/// <summary>One of a client's <c>policies</c>, for API descriptions.</summary>
internal sealed record PolicyEntryDescription(
    [property: JsonPropertyName("audience")] string Audience,
    [property: JsonPropertyName("scope")] string[] Scope);
