using System.Text.Json.Serialization;

namespace RefreshTokenRotation.AspNetCore.Management.Internal.Descriptions;

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
