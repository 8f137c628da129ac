namespace RefreshTokenRotation.Internal;

/// <summary>Compares the identifiers of resource servers by RFC 3986 sections 6.2.2.1 and 6.2.3: case of scheme and host, default port, empty path. Clients that hold
/// them as URLs send <c>https://api/</c> for <c>https://api</c>. All else must be equal, character by character.</summary>
internal static class ResourceIdentifier
{
    public static bool Same(string left, string right) =>
        string.Equals(left, right, StringComparison.Ordinal) || string.Equals(Normalize(left), Normalize(right), StringComparison.Ordinal);

    /// <summary>The one spelling that all equal ones have. What is no http or https address is itself.</summary>
    public static string Normalize(string identifier)
    {
        var start = identifier.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? 8
            : identifier.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? 7
            : 0;
        if (start == 0)
        {
            return identifier;
        }

        var end = identifier.AsSpan(start).IndexOfAny("/?#");
        var authority = end < 0 ? identifier[start..] : identifier.Substring(start, end);
        if (authority.Contains('@', StringComparison.Ordinal))
        {
            return identifier; // a user name has case
        }

        var port = start == 8 ? ":443" : ":80";
        var host = authority.ToLowerInvariant();
        host = host.EndsWith(port, StringComparison.Ordinal) ? host[..^port.Length] : host.TrimEnd(':');
        var rest = end < 0 ? string.Empty : identifier[(start + end)..];
        return $"{(start == 8 ? "https" : "http")}://{host}{(rest.StartsWith('/') ? rest : "/" + rest)}";
    }
}
