using System.Buffers.Text;
using System.ComponentModel;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>A client with its settings, as GET and PATCH return it.</summary>
internal static class ClientJson
{
    public static ReadOnlyMemory<byte> Write(string clientId, RotationPolicy policy, IReadOnlyList<string> warnings, FieldSelection fields = default) =>
        ManagementAnswer.Write<JsonNode>(fields.Of(new ClientBody(clientId, SettingsBody.Of(policy), warnings is [] ? null : warnings)));

    /// <summary>Changes with every setting, and with nothing else.</summary>
    public static string TagOf(string clientId, RotationPolicy policy) =>
        $"\"{Base64Url.EncodeToString(SHA256.HashData(Write(clientId, policy, []).Span).AsSpan(0, 16))}\"";
}

/// <summary>A client.</summary>
internal sealed record ClientBody(
    [property: JsonPropertyName("client_id")] string ClientId,
    [property: JsonPropertyName("refresh_token")] SettingsBody RefreshToken,
    [property: JsonPropertyName("warnings"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("Settings that have no effect, or a risk")]
    IReadOnlyList<string>? Warnings);

/// <summary>The body that changes a client.</summary>
internal sealed record ClientPatchBody
{
    public const string Name = "refresh_token";

    [JsonPropertyName(Name), Description("an object of the settings to change, or null, which brings the options back")]
    public SettingsBody? RefreshToken { get; init; }
}

/// <summary>A client's refresh token settings: first those that users of Auth0 know, then ours. Members are called in the code as those of the policy.</summary>
internal sealed record SettingsBody
{
    private const string Time = "a whole number of seconds, as a number or a numeric string, of at most 922337203685";
    private const string Flag = "true or false";

    [JsonPropertyName("rotation_type"), JsonConverter(typeof(KebabCase<RotationType>)), Description("one of rotating, non-rotating, reusable")]
    public RotationType RotationType { get; init; }

    [JsonPropertyName("expiration_type"), JsonConverter(typeof(KebabCase<ExpirationType>)), Description("one of expiring, non-expiring")]
    public ExpirationType ExpirationType { get; init; }

    [JsonPropertyName("leeway"), JsonNumberHandling(JsonNumberHandling.AllowReadingFromString), Description(Time)]
    public decimal Leeway { get; init; }

    [JsonPropertyName("token_lifetime"), JsonNumberHandling(JsonNumberHandling.AllowReadingFromString), Description(Time)]
    public decimal AbsoluteLifetime { get; init; }

    [JsonPropertyName("idle_token_lifetime"), JsonNumberHandling(JsonNumberHandling.AllowReadingFromString), Description(Time)]
    public decimal? IdleLifetime { get; init; }

    [JsonPropertyName("infinite_token_lifetime"), Description(Flag)]
    public bool InfiniteAbsoluteLifetime { get; init; }

    [JsonPropertyName("infinite_idle_token_lifetime"), Description(Flag)]
    public bool InfiniteIdleLifetime { get; init; }

    [JsonPropertyName("policies"), Description("null or an array of 1 to 100 objects with audience, a text, and scope, an array of texts, and nothing else")]
    public ResourcePolicyBody[]? MultiResource { get; init; }

    [JsonPropertyName("recovery_window"), JsonNumberHandling(JsonNumberHandling.AllowReadingFromString), Description(Time)]
    public decimal RecoveryWindow { get; init; }

    [JsonPropertyName("leeway_generations"), JsonNumberHandling(JsonNumberHandling.AllowReadingFromString), Description("a whole number between 1 and 32")]
    public int LeewayGenerations { get; init; } = 1;

    [JsonPropertyName("shadow_mode"), Description(Flag)]
    public bool ShadowMode { get; init; }

    [JsonPropertyName("active_cap"), JsonNumberHandling(JsonNumberHandling.AllowReadingFromString), Description("a whole number between 1 and 1000000")]
    public int ActiveCap { get; init; }

    [JsonPropertyName("reuse_response"), JsonConverter(typeof(SnakeCase<ReuseResponse>)), Description("one of family, grant, user_and_client, user")]
    public ReuseResponse ReuseResponse { get; init; }

    public static SettingsBody Of(RotationPolicy policy) => new()
    {
        RotationType = policy.RotationType,
        ExpirationType = policy.ExpirationType,
        Leeway = Seconds(policy.Leeway),
        AbsoluteLifetime = Seconds(policy.AbsoluteLifetime),
        IdleLifetime = policy.IdleLifetime is { } idle ? Seconds(idle) : null,
        InfiniteAbsoluteLifetime = policy.InfiniteAbsoluteLifetime,
        InfiniteIdleLifetime = policy.InfiniteIdleLifetime,
        MultiResource = policy.MultiResource is [] ? null : [.. policy.MultiResource.Select(static entry => new ResourcePolicyBody(entry.Resource, entry.Scopes))],
        RecoveryWindow = Seconds(policy.RecoveryWindow),
        LeewayGenerations = policy.LeewayGenerations,
        ShadowMode = policy.ShadowMode,
        ActiveCap = policy.ActiveCap,
        ReuseResponse = policy.ReuseResponse,
    };

    /// <summary>The policy with these settings; what has no name here stays.</summary>
    public RotationPolicy Over(RotationPolicy policy) => policy with
    {
        RotationType = RotationType,
        ExpirationType = ExpirationType,
        Leeway = Span(Leeway),
        AbsoluteLifetime = Span(AbsoluteLifetime),
        IdleLifetime = IdleLifetime is { } idle ? Span(idle) : null,
        InfiniteAbsoluteLifetime = InfiniteAbsoluteLifetime,
        InfiniteIdleLifetime = InfiniteIdleLifetime,
        MultiResource = [.. (MultiResource ?? []).Select(static entry => new ResourceScopes { Resource = entry.Resource, Scopes = entry.Scopes })],
        RecoveryWindow = Span(RecoveryWindow),
        LeewayGenerations = LeewayGenerations,
        ShadowMode = ShadowMode,
        ActiveCap = ActiveCap,
        ReuseResponse = ReuseResponse,
    };

    /// <summary>Whole, unless the host's options name fractions.</summary>
    private static decimal Seconds(TimeSpan time) => (decimal)time.Ticks / TimeSpan.TicksPerSecond;

    private static TimeSpan Span(decimal seconds) => TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond));
}

/// <summary>One of a client's <c>policies</c>.</summary>
internal sealed record ResourcePolicyBody(
    [property: JsonPropertyName("audience")] string Resource,
    [property: JsonPropertyName("scope")] IReadOnlyList<string> Scopes);

/// <summary>Writes enums as <c>non-rotating</c>.</summary>
internal sealed class KebabCase<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false)
    where T : struct, Enum;

/// <summary>Writes enums as <c>user_and_client</c>.</summary>
internal sealed class SnakeCase<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
