using System.Globalization;
using System.Text.Json;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Puts the members of <c>refresh_token</c> that a request names over a policy. It reads forms only: bounds and cross-field rules are the
/// library's own, checked over the whole.</summary>
internal sealed class PolicyPatch
{
    private const decimal MostSeconds = 922_337_203_685; // TimeSpan ends there
    private const int MaxActiveCap = 1_000_000;

    private string? _error;

    public static (RotationPolicy Policy, string? Error) Apply(JsonElement settings, RotationPolicy current)
    {
        var patch = new PolicyPatch();
        foreach (var member in settings.EnumerateObject())
        {
            current = patch.Change(current, member.Name, member.Value);
        }

        return (current, patch._error);
    }

    private RotationPolicy Change(RotationPolicy policy, string name, JsonElement value) => name switch
    {
        SettingNames.RotationType => policy with
        {
            RotationType = Word(name, value, policy.RotationType, ("rotating", RotationType.Rotating), ("non-rotating", RotationType.NonRotating), ("reusable", RotationType.NonRotating)),
        },
        SettingNames.ExpirationType => policy with
        {
            ExpirationType = Word(name, value, policy.ExpirationType, ("expiring", ExpirationType.Expiring), ("non-expiring", ExpirationType.NonExpiring)),
        },
        SettingNames.Leeway => policy with { Leeway = Seconds(name, value) },
        SettingNames.TokenLifetime => policy with { AbsoluteLifetime = Seconds(name, value) },
        SettingNames.IdleTokenLifetime => policy with { IdleLifetime = value.ValueKind == JsonValueKind.Null ? null : Seconds(name, value) },
        SettingNames.InfiniteTokenLifetime => policy with { InfiniteAbsoluteLifetime = Flag(name, value) },
        SettingNames.InfiniteIdleTokenLifetime => policy with { InfiniteIdleLifetime = Flag(name, value) },
        SettingNames.Policies => policy with { MultiResource = Entries(value) },
        SettingNames.RecoveryWindow => policy with { RecoveryWindow = Seconds(name, value) },
        SettingNames.ShadowMode => policy with { ShadowMode = Flag(name, value) },
        SettingNames.ActiveCap => policy with { ActiveCap = Cap(name, value) },
        SettingNames.ReuseResponse => policy with
        {
            ReuseResponse = Word(
                name,
                value,
                policy.ReuseResponse,
                ("family", ReuseResponse.Family),
                ("user_and_client", ReuseResponse.UserAndClient),
                ("user", ReuseResponse.User),
                ("grant", ReuseResponse.Grant)),
        },
        _ => Fail(policy, $"The member '{Texts.Shown(name)}' of refresh_token is unknown; known are {string.Join(", ", SettingNames.All)}."),
    };

    private TimeSpan Seconds(string name, JsonElement value) =>
        Whole(value) is { } seconds && Math.Abs(seconds) <= MostSeconds
            ? TimeSpan.FromTicks((long)seconds * TimeSpan.TicksPerSecond)
            : Fail(TimeSpan.Zero, $"{name} ({Shown(value)}) must be a whole number of seconds, as a number or a numeric string, of at most {MostSeconds}.");

    private int Cap(string name, JsonElement value) =>
        Whole(value) is { } number && Math.Abs(number) <= int.MaxValue
            ? (int)number
            : Fail(1, $"{name} ({Shown(value)}) must be a whole number between 1 and {MaxActiveCap}.");

    private bool Flag(string name, JsonElement value) =>
        value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.ValueKind == JsonValueKind.True
            : Fail(false, $"{name} ({Shown(value)}) must be true or false.");

    private T Word<T>(string name, JsonElement value, T current, params ReadOnlySpan<(string Word, T Value)> choices)
    {
        var words = new List<string>();
        foreach (var choice in choices)
        {
            if (value.ValueKind == JsonValueKind.String && value.ValueEquals(choice.Word))
            {
                return choice.Value;
            }

            words.Add(choice.Word);
        }

        return Fail(current, $"{name} ({Shown(value)}) must be one of {string.Join(", ", words)}.");
    }

    private List<ResourceScopes> Entries(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return [];
        }

        return value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Select(Entry)]
            : Fail<List<ResourceScopes>>([], $"policies ({Shown(value)}) must be null or an array of objects.");
    }

    private ResourceScopes Entry(JsonElement entry)
    {
        var none = new ResourceScopes { Resource = string.Empty };
        if (entry.ValueKind != JsonValueKind.Object
            || entry.EnumerateObject().Any(static member => member.Name is not ("audience" or "scope"))
            || !entry.TryGetProperty("audience", out var audience)
            || audience.ValueKind != JsonValueKind.String
            || !entry.TryGetProperty("scope", out var scopes)
            || scopes.ValueKind != JsonValueKind.Array
            || scopes.EnumerateArray().Any(static scope => scope.ValueKind != JsonValueKind.String))
        {
            return Fail(none, "Each of policies must be an object with audience, a text, and scope, an array of texts, and nothing else.");
        }

        return new ResourceScopes { Resource = audience.GetString()!, Scopes = [.. scopes.EnumerateArray().Select(static scope => scope.GetString()!)] };
    }

    private static decimal? Whole(JsonElement value)
    {
        decimal number;
        var isNumber = value.ValueKind switch
        {
            JsonValueKind.Number => value.TryGetDecimal(out number),
            JsonValueKind.String => decimal.TryParse(value.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number),
            _ => (number = 0) < 0,
        };
        return isNumber && decimal.IsInteger(number) ? number : null;
    }

    private static string Shown(JsonElement value) => Texts.Shown(value.GetRawText());

    private T Fail<T>(T otherwise, string message)
    {
        _error ??= message;
        return otherwise;
    }
}
