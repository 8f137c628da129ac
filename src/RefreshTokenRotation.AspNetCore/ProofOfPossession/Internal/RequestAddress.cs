namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Compares the address that a proof names with that of the request (RFC 9449 section 4.3), by the rules of RFC 3986 sections 6.2.2 and
/// 6.2.3: case of scheme and host, the default port, percent-encoding, dot segments. Query and fragment are ignored.</summary>
internal static class RequestAddress
{
    private const int LongestAddress = 2048;

    public static bool IsSame(string named, string requested) =>
        named.Length <= LongestAddress && Normalize(named) is { } left && Normalize(requested) is { } right && left == right;

    private static (string Origin, string Path)? Normalize(string text) =>
        text.AsSpan().ContainsAnyExceptInRange('!', '~')
        || text.Contains('\\', StringComparison.Ordinal)
        || !Uri.TryCreate(text, UriKind.Absolute, out var address)
        || (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp)
        || address.UserInfo.Length > 0
            ? null
            : (address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped), Unescape(address.AbsolutePath));

    /// <summary>The framework decodes a path before it is routed, all but its slashes.</summary>
    private static string Unescape(string path) =>
        Uri.UnescapeDataString(path.Replace("%2F", "%252F", StringComparison.OrdinalIgnoreCase));
}
