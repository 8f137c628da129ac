using System.Globalization;
using System.Text.Json;

namespace RefreshTokenRotation.Client;

/// <summary>Reads the answers of a token endpoint. Unknown members are ignored (RFC 6749, section 5.1).</summary>
internal static class TokenAnswerJson
{
    /// <summary>The tokens; null if the body is cut, is no object or lacks an access token.</summary>
    public static TokenGrant? ReadGrant(byte[] body, DateTimeOffset requestedAt)
    {
        if (Parse(body) is not { } json || Text(json, "access_token") is not { Length: > 0 } accessToken || !IsHeaderSafe(accessToken))
        {
            return null;
        }

        return new TokenGrant
        {
            AccessToken = accessToken,
            TokenType = Text(json, "token_type") ?? "Bearer",
            RefreshToken = Text(json, "refresh_token") is { Length: > 0 } refreshToken ? refreshToken : null,
            Scope = Text(json, "scope"),
            IdToken = Text(json, "id_token"),
            ExpiresIn = Seconds(json, "expires_in"),
            Leeway = Seconds(json, "refresh_token_leeway"),
            RequestedAt = requestedAt,
        };
    }

    /// <summary>The error and its description; null if the body is no OAuth error (RFC 6749, section 5.2).</summary>
    public static (string? Error, string? Description) ReadError(byte[] body)
    {
        var json = Parse(body);
        var error = json is { } answer ? Text(answer, "error") : null;

        // The code reaches results, logs and exceptions: nothing but what RFC 6749 allows in one, and not long enough for a token.
        return error is { Length: > 0 and <= 64 } && error.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.')
            ? (error, Text(json!.Value, "error_description"))
            : (null, null);
    }

    /// <summary>A token with control characters can't be sent in a header, nor be allowed to end one.</summary>
    public static bool IsHeaderSafe(string token) => token.All(static c => c is > ' ' and < '\x7f');

    private static JsonElement? Parse(byte[] body)
    {
        try
        {
            return JsonElement.Parse(body) is { ValueKind: JsonValueKind.Object } json ? json : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // A number, or a string as some servers write it.
    private static TimeSpan? Seconds(JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out var value))
        {
            return null;
        }

        var isNumber = value.ValueKind == JsonValueKind.Number
            ? value.TryGetDouble(out var seconds)
            : double.TryParse(Text(json, name), NumberStyles.Float, CultureInfo.InvariantCulture, out seconds);
        return isNumber && double.IsFinite(seconds) ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0, TimeSpan.FromDays(365).TotalSeconds)) : null;
    }
}
