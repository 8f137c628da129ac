using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RefreshTokenRotation.Storage;

/// <summary>The stored form of a policy, for authors of an <see cref="IRotationPolicyStore"/>. It is frozen: a golden file holds it, and a
/// change of its members is a new version. It is not the JSON of a management API.</summary>
public static class RotationPolicyJson
{
    private const int Version = 1;

    /// <summary>With <c>leeway_generations</c>, which is written only where it is above 1: a node that does not know it must not guess.</summary>
    private const int VersionOfGenerations = 2;

    /// <summary>Writes the form.</summary>
    /// <param name="policy">The policy. Its bounds are not checked.</param>
    /// <returns>A JSON object on one line, with its version in the member <c>v</c>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="policy"/> is null.</exception>
    public static string Write(RotationPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var overGenerations = policy.LeewayGenerations != 1;
        var form = new JsonObject
        {
            ["v"] = overGenerations ? VersionOfGenerations : Version,
            ["rotation_type"] = policy.RotationType == RotationType.Rotating ? "rotating" : "non-rotating",
            ["expiration_type"] = policy.ExpirationType == ExpirationType.Expiring ? "expiring" : "non-expiring",
            ["absolute_lifetime"] = Text(policy.AbsoluteLifetime),
            ["idle_lifetime"] = policy.IdleLifetime is { } idle ? Text(idle) : null,
            ["infinite_absolute_lifetime"] = policy.InfiniteAbsoluteLifetime,
            ["infinite_idle_lifetime"] = policy.InfiniteIdleLifetime,
            ["leeway"] = Text(policy.Leeway),
            ["recovery_window"] = Text(policy.RecoveryWindow),
            ["shadow_mode"] = policy.ShadowMode,
            ["active_cap"] = policy.ActiveCap,
            ["reuse_response"] = policy.ReuseResponse switch
            {
                ReuseResponse.UserAndClient => "user_and_client",
                ReuseResponse.User => "user",
                ReuseResponse.Grant => "grant",
                _ => "family",
            },
            ["multi_resource"] = new JsonArray([.. policy.MultiResource.Select(static entry => (JsonNode)new JsonObject
            {
                ["resource"] = entry.Resource,
                ["scopes"] = new JsonArray([.. entry.Scopes.Select(static scope => (JsonNode?)scope)]),
            })]),
        };
        if (overGenerations)
        {
            form["leeway_generations"] = policy.LeewayGenerations;
        }

        return form.ToJsonString();
    }

    /// <summary>Reads the form. What this version doesn't know is an outage and not a guess: a policy decides over security.</summary>
    /// <param name="json">What <see cref="Write"/> has written, by this version or an older one.</param>
    /// <exception cref="ArgumentNullException"><paramref name="json"/> is null.</exception>
    /// <exception cref="NotSupportedException">A newer version of the library wrote it, or a word in it is unknown.</exception>
    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="KeyNotFoundException">A member is missing.</exception>
    /// <exception cref="InvalidOperationException">A member is of another kind.</exception>
    /// <exception cref="FormatException">A number or a time can't be read.</exception>
    public static RotationPolicy Read(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        using var document = JsonDocument.Parse(json);
        var stored = document.RootElement;
        var version = stored.GetProperty("v").GetInt32();
        if (version is not (Version or VersionOfGenerations))
        {
            throw new NotSupportedException($"A stored policy has version {version}; this version of the library reads {Version} and {VersionOfGenerations}.");
        }

        return new RotationPolicy
        {
            RotationType = Choose(stored, "rotation_type", ("rotating", RotationType.Rotating), ("non-rotating", RotationType.NonRotating)),
            ExpirationType = Choose(stored, "expiration_type", ("expiring", ExpirationType.Expiring), ("non-expiring", ExpirationType.NonExpiring)),
            AbsoluteLifetime = Time(stored.GetProperty("absolute_lifetime")),
            IdleLifetime = stored.GetProperty("idle_lifetime") is { ValueKind: not JsonValueKind.Null } idle ? Time(idle) : null,
            InfiniteAbsoluteLifetime = stored.GetProperty("infinite_absolute_lifetime").GetBoolean(),
            InfiniteIdleLifetime = stored.GetProperty("infinite_idle_lifetime").GetBoolean(),
            Leeway = Time(stored.GetProperty("leeway")),
            LeewayGenerations = version == Version ? 1 : stored.GetProperty("leeway_generations").GetInt32(),
            RecoveryWindow = Time(stored.GetProperty("recovery_window")),
            ShadowMode = stored.GetProperty("shadow_mode").GetBoolean(),
            ActiveCap = stored.GetProperty("active_cap").GetInt32(),
            ReuseResponse = Choose(
                stored,
                "reuse_response",
                ("family", ReuseResponse.Family),
                ("user_and_client", ReuseResponse.UserAndClient),
                ("user", ReuseResponse.User),
                ("grant", ReuseResponse.Grant)),
            MultiResource = [.. stored.GetProperty("multi_resource").EnumerateArray().Select(static entry => new ResourceScopes
            {
                Resource = entry.GetProperty("resource").GetString()!,
                Scopes = [.. entry.GetProperty("scopes").EnumerateArray().Select(static scope => scope.GetString()!)],
            })],
        };
    }

    /// <summary>Days, hours, minutes, seconds and ticks, such as 30.00:00:00: exact, and readable in the database.</summary>
    private static string Text(TimeSpan time) => time.ToString("c", CultureInfo.InvariantCulture);

    private static TimeSpan Time(JsonElement value) => TimeSpan.ParseExact(value.GetString()!, "c", CultureInfo.InvariantCulture);

    private static T Choose<T>(JsonElement stored, string name, params ReadOnlySpan<(string Word, T Value)> choices)
    {
        var word = stored.GetProperty(name).GetString();
        foreach (var choice in choices)
        {
            if (choice.Word == word)
            {
                return choice.Value;
            }
        }

        throw new NotSupportedException($"A stored policy has '{word}' as {name}, which this version of the library does not know.");
    }
}
