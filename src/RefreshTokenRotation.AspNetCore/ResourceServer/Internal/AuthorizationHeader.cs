namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>The Authorization header of a request to a resource server (RFC 6750 section 2.1, RFC 9449 section 7.1).</summary>
internal static class AuthorizationHeader
{
    public static string? Token(HttpContext context)
    {
        var (header, scheme) = Read(context);
        return scheme is null ? null : header[(scheme.Length + 1)..].Trim();
    }

    /// <summary>The scheme that a challenge names: the one that the client used.</summary>
    public static string Scheme(HttpContext context) => Read(context).Scheme ?? Challenges.Bearer;

    private static (string Header, string? Scheme) Read(HttpContext context)
    {
        var header = context.Request.Headers.Authorization is [{ } single] ? single : string.Empty;
        return (header, Is(header, Challenges.Bearer) ? Challenges.Bearer : Is(header, Challenges.DPoP) ? Challenges.DPoP : null);
    }

    private static bool Is(string header, string scheme) =>
        header.Length > scheme.Length && header[scheme.Length] == ' ' && header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase);
}
