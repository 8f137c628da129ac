using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Puts the members of <c>refresh_token</c> that a request names over a policy. It reads forms only: bounds and cross-field rules are the
/// library's own, checked over the whole.</summary>
internal static class PolicyPatch
{
    public const string Owner = " of refresh_token";
    private const string Policies = "policies";
    private const decimal MostSeconds = 922_337_203_685; // TimeSpan ends there

    /// <summary>Each time, and the flag that overrides it: whoever names the one alone means it.</summary>
    private static readonly KeyValuePair<string, string?>[] Times =
        [new("leeway", null), new("recovery_window", null), new("token_lifetime", "infinite_token_lifetime"), new("idle_token_lifetime", "infinite_idle_token_lifetime")];

    public static RotationPolicy Apply(JsonElement settings, RotationPolicy current)
    {
        var merged = ManagementJson.Node(SettingsBody.Of(current));
        foreach (var member in settings.EnumerateObject())
        {
            // The seeds' other word for it.
            var isReusable = member.NameEquals("rotation_type") && member.Value.ValueKind == JsonValueKind.String && member.Value.ValueEquals("reusable");
            merged[member.Name] = isReusable ? "non-rotating" : JsonSerializer.SerializeToNode(member.Value, ManagementJson.Of<JsonElement>());
        }

        foreach (var (time, flag) in Times)
        {
            if (flag is not null && settings.TryGetProperty(time, out var value) && value.ValueKind != JsonValueKind.Null && !settings.TryGetProperty(flag, out _))
            {
                merged[flag] = false;
            }
        }

        var whole = JsonSerializer.SerializeToElement<JsonNode>(merged, ManagementJson.Of<JsonNode>());
        var body = ManagementJson.Read<SettingsBody>(whole, Owner);

        // What the named members' types do not say.
        decimal?[] values = [body.Leeway, body.RecoveryWindow, body.AbsoluteLifetime, body.IdleLifetime];
        var wrong = Times.Zip(values)
            .Where(pair => pair.Second is { } value && (!decimal.IsInteger(value) || Math.Abs(value) > MostSeconds))
            .Select(static pair => pair.First.Key)
            .FirstOrDefault(name => settings.TryGetProperty(name, out _));
        wrong ??= body.MultiResource is [] || body.MultiResource?.Any(static entry => entry is null) == true ? Policies : null;
        return wrong is null ? body.Over(current) : throw ManagementJson.Misshapen<SettingsBody>(settings, wrong);
    }
}

/// <summary>What is wrong with a policy, in the words of the JSON: <c>idle_token_lifetime (3456000 s)</c>.</summary>
internal sealed class PolicyMessages : IFormatProvider, ICustomFormatter
{
    private static readonly PolicyMessages Instance = new();

    private static readonly FrozenDictionary<string, string> Names =
        ManagementJson.CodeNames<SettingsBody>().Concat(ManagementJson.CodeNames<ResourcePolicyBody>()).ToFrozenDictionary(StringComparer.Ordinal);

    public static string Translate(RotationPolicyException fault) =>
        string.Join(' ', fault.Violations.Select(static violation => violation.ToString(Instance) + "."));

    public object? GetFormat(Type? formatType) => formatType == typeof(ICustomFormatter) ? this : null;

    public string Format(string? format, object? arg, IFormatProvider? formatProvider) => arg switch
    {
        string name => string.Join('.', name.Split('.').Select(static part => Names.GetValueOrDefault(part, part))),
        TimeSpan time => string.Create(CultureInfo.InvariantCulture, $"{(decimal)time.Ticks / TimeSpan.TicksPerSecond:0.#######} s"),
        bool flag => flag ? "true" : "false",
        ReuseResponse response => JsonNamingPolicy.SnakeCaseLower.ConvertName(response.ToString()),
        Enum word => JsonNamingPolicy.KebabCaseLower.ConvertName(word.ToString()),
        _ => Convert.ToString(arg, CultureInfo.InvariantCulture) ?? string.Empty,
    };
}
