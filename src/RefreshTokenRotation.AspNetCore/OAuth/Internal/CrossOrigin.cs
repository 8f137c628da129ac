using System.Buffers;
using Microsoft.Net.Http.Headers;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>
/// Cross-origin calls of browser code. A preflight does not name its client, so every origin gets the same response; the client's own origins
/// decide who may read the response that follows. Cookies play no role, so a preflight grants nothing.
/// </summary>
internal static class CrossOrigin
{
    private const string AnyOrigin = "*";
    private const string ExposedHeaders = "dpop-nonce, retry-after, www-authenticate";
    private const string PreflightSeconds = "600";
    private const int LongestHeaderList = 2048;

    private static readonly SearchValues<char> HeaderNameList =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~, \t");

    public static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method) && request.Headers.ContainsKey(HeaderNames.AccessControlRequestMethod);

    /// <summary>Allows any requested headers: tracing and SDKs add their own, and none of them grants anything here.</summary>
    public static void AnswerPreflight(HttpContext context, string methods)
    {
        OAuthAnswer.SendEmpty(context, StatusCodes.Status204NoContent);
        var headers = context.Response.Headers;
        headers.AccessControlAllowOrigin = AnyOrigin;
        headers.AccessControlAllowMethods = methods;
        headers.AccessControlMaxAge = PreflightSeconds;
        headers.Vary = HeaderNames.AccessControlRequestHeaders;
        var asked = context.Request.Headers.AccessControlRequestHeaders.ToString();
        if (asked.Length is > 0 and <= LongestHeaderList && !asked.AsSpan().ContainsAnyExcept(HeaderNameList))
        {
            headers.AccessControlAllowHeaders = asked;
        }
    }

    /// <summary>Lets every script read the response while no client is known: it can only be the refusal of a request with no client, or a wrong one.</summary>
    public static void AdmitAny(HttpContext context)
    {
        if (context.Request.Headers.Origin.Count > 0)
        {
            Allow(context, AnyOrigin);
        }
    }

    /// <summary>Lets the calling script read the response, error or not, if the client lists its origin.</summary>
    /// <returns>The origin of a script that can't read it; null if there is no such script.</returns>
    public static string? Admit(HttpContext context, OAuthClient client)
    {
        var headers = context.Response.Headers;
        if (headers.AccessControlAllowOrigin.Count == 0)
        {
            return null; // no script calls, or none may
        }

        headers.Remove(HeaderNames.AccessControlAllowOrigin);
        headers.Remove(HeaderNames.AccessControlExposeHeaders);
        headers.Remove(HeaderNames.Vary);
        if (context.Request.Headers.Origin is not [{ } origin])
        {
            return null;
        }

        if (client.AllowedOrigins.Contains(origin, StringComparer.Ordinal))
        {
            Allow(context, origin);
            headers.Vary = HeaderNames.Origin;
            return null;
        }

        return CallerOf(context.Request);
    }

    /// <summary>The origin of the page that sent the request; null if it is our own or unknown.</summary>
    public static string? CallerOf(HttpRequest request) =>
        request.Headers.Origin is [{ } origin] && Syntax.IsOrigin(origin) && origin != $"{request.Scheme}://{request.Host}" ? origin : null;

    private static void Allow(HttpContext context, string origin)
    {
        var headers = context.Response.Headers;
        headers.AccessControlAllowOrigin = origin;
        headers.AccessControlExposeHeaders = ExposedHeaders;
    }
}
