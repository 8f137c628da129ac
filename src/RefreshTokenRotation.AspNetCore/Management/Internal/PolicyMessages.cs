using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>The library's messages on a policy, in the words of the JSON: <c>IdleLifetime (40.00:00:00)</c> becomes
/// <c>idle_token_lifetime (3456000 s)</c>. They hold numbers and names, and no text of a request.</summary>
internal static partial class PolicyMessages
{
    private static readonly FrozenDictionary<string, string> Names = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [nameof(RotationPolicy.RotationType)] = SettingNames.RotationType,
        [nameof(RotationPolicy.ExpirationType)] = SettingNames.ExpirationType,
        [nameof(RotationPolicy.AbsoluteLifetime)] = SettingNames.TokenLifetime,
        [nameof(RotationPolicy.IdleLifetime)] = SettingNames.IdleTokenLifetime,
        [nameof(RotationPolicy.Leeway)] = SettingNames.Leeway,
        [nameof(RotationPolicy.RecoveryWindow)] = SettingNames.RecoveryWindow,
        [nameof(RotationPolicy.ActiveCap)] = SettingNames.ActiveCap,
        [nameof(RotationPolicy.ReuseResponse)] = SettingNames.ReuseResponse,
        [nameof(RotationPolicy.MultiResource)] = SettingNames.Policies,
        [nameof(ResourceScopes.Resource)] = "audience",
        [nameof(ResourceScopes.Scopes)] = "scope",
        [nameof(RotationType.Rotating)] = "rotating",
        [nameof(ExpirationType.Expiring)] = "expiring",
        [nameof(ExpirationType.NonExpiring)] = "non-expiring",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Puts a message of <see cref="IRotationPolicyManager.SetAsync"/> into the words of the JSON.</summary>
    /// <param name="fault">The refusal.</param>
    /// <param name="clientId">The client, whose name is before each sentence.</param>
    public static string Translate(ArgumentException fault, string clientId)
    {
        var text = fault.Message.Replace($"The policy of the client '{clientId}': ", string.Empty, StringComparison.Ordinal);
        text = WithoutParameter(fault, text);
        text = Times().Replace(text, static time => Seconds(time.Value));
        return Words().Replace(text, static word => Names.GetValueOrDefault(word.Value, word.Value));
    }

    /// <summary>The message as it was written: the framework puts the parameter's name behind.</summary>
    public static string WithoutParameter(ArgumentException fault, string text)
    {
        var suffix = $" (Parameter '{fault.ParamName}')";
        return text.EndsWith(suffix, StringComparison.Ordinal) ? text[..^suffix.Length] : text;
    }

    private static string Seconds(string time) =>
        TimeSpan.TryParseExact(time, "c", CultureInfo.InvariantCulture, out var span)
            ? string.Create(CultureInfo.InvariantCulture, $"{(decimal)span.Ticks / TimeSpan.TicksPerSecond:0.#######} s")
            : time;

    [GeneratedRegex(@"-?(?:\d+\.)?\d{2}:\d{2}:\d{2}(?:\.\d{7})?", RegexOptions.None, 1000)]
    private static partial Regex Times();

    [GeneratedRegex(@"\b[A-Z]\w+\b", RegexOptions.None, 1000)]
    private static partial Regex Words();
}

/// <summary>The members of a client's <c>refresh_token</c>: first those that users of Auth0 know, then ours.</summary>
internal static class SettingNames
{
    public const string RotationType = "rotation_type";
    public const string ExpirationType = "expiration_type";
    public const string Leeway = "leeway";
    public const string TokenLifetime = "token_lifetime";
    public const string IdleTokenLifetime = "idle_token_lifetime";
    public const string InfiniteTokenLifetime = "infinite_token_lifetime";
    public const string InfiniteIdleTokenLifetime = "infinite_idle_token_lifetime";
    public const string Policies = "policies";
    public const string RecoveryWindow = "recovery_window";
    public const string ShadowMode = "shadow_mode";
    public const string ActiveCap = "active_cap";
    public const string ReuseResponse = "reuse_response";

    public static readonly string[] All =
    [
        RotationType, ExpirationType, Leeway, TokenLifetime, IdleTokenLifetime, InfiniteTokenLifetime, InfiniteIdleTokenLifetime, Policies,
        RecoveryWindow, ShadowMode, ActiveCap, ReuseResponse,
    ];
}
