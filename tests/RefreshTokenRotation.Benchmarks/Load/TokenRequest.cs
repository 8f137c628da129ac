using System.Globalization;

namespace RefreshTokenRotation.Benchmarks.Load;

/// <summary>How a server wants to be asked for a refresh.</summary>
/// <param name="Path">Where.</param>
/// <param name="MediaType">Of the body.</param>
/// <param name="Before">What the body has before the token.</param>
/// <param name="After">What it has after it.</param>
/// <param name="Member">The member of the answer that holds the next token.</param>
internal sealed record TokenRequest(string Path, string MediaType, string Before, string After, string Member)
{
    public static TokenRequest OAuth(string path, string clientId) =>
        new(path, "application/x-www-form-urlencoded", $"grant_type=refresh_token&client_id={clientId}&refresh_token=", string.Empty, "refresh_token");

    public string Body(string token) => $"{Before}{token}{After}";

    /// <summary>The whole request.</summary>
    public string Write(int port, string token)
    {
        var body = Body(token);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"POST {Path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) Chrome/131.0.0.0\r\n"
            + $"Accept: application/json\r\nContent-Type: {MediaType}\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }
}
