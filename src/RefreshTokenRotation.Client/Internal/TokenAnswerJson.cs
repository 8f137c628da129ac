using System.Globalization;
using System.Text.Json;

namespace RefreshTokenRotation.Client;

/// <summary>Reads the answers of a token endpoint. Unknown members are ignored (RFC 6749, section 5.1).</summary>
internal static class TokenAnswerJson
{
    /// <summary>The tokens; null if the body is cut, is no object or lacks an access token.</summary>
    public static TokenGrant? ReadGrant(byte[] body, DateTimeOffset requestedAt)
    {
        using var json = Parse(body);
        if (json is null || Text(json.RootElement, "access_token") is not { Length: > 0 } accessToken || !IsHeaderSafe(accessToken))
        {
            return null;
        }

        return new TokenGrant
        {
            AccessToken = accessToken,
            TokenType = Text(json.RootElement, "token_type") ?? "Bearer",
            RefreshToken = Text(json.RootElement, "refresh_token") is { Length: > 0 } refreshToken ? refreshToken : null,
            Scope = Text(json.RootElement, "scope"),
            IdToken = Text(json.RootElement, "id_token"),
            ExpiresIn = Seconds(json.RootElement, "expires_in"),
            Leeway = Seconds(json.RootElement, "refresh_token_leeway"),
            RequestedAt = requestedAt,
        };
    }

    /// <summary>The error and its description; null if the body is no OAuth error (RFC 6749, section 5.2).</summary>
    public static (string? Error, string? Description) ReadError(byte[] body)
    {
        using var json = Parse(body);
        var error = json is null ? null : Text(json.RootElement, "error");

        // The code reaches results, logs and exceptions: nothing but what RFC 6749 allows in one, and not long enough for a token.
        return error is { Length: > 0 and <= 64 } && error.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.')
            ? (error, Text(json!.RootElement, "error_description"))
            : (null, null);
    }

    /// <summary>A token with control characters can't be sent in a header, nor be allowed to end one.</summary>
    public static bool IsHeaderSafe(string token) => token.All(static c => c is > ' ' and < '\x7f');

    private static JsonDocument? Parse(byte[] body)
    {
        try
        {
            var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
            {
                return json;
            }

            json.Dispose();
            return null;
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
