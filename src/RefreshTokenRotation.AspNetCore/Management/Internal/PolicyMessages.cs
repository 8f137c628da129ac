using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;

namespace RefreshTokenRotation.AspNetCore.Internal;

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
