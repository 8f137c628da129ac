using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>
/// Cross-origin calls of browser code. A preflight does not say for which client it asks, so it is answered alike for all; who may read the
/// answer is decided by the client's own origins. Cookies take no part, so that a preflight gives nobody any power.
/// </summary>
internal static class CrossOrigin
{
    private const string AnyOrigin = "*";
    private const string AllowedHeaders = "authorization, content-type, dpop, auth0-client";
    private const string ExposedHeaders = "dpop-nonce, retry-after, www-authenticate";
    private const string PreflightSeconds = "600";

    public static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method) && request.Headers.ContainsKey(HeaderNames.AccessControlRequestMethod);

    public static void AnswerPreflight(HttpContext context)
    {
        OAuthAnswer.SendEmpty(context, StatusCodes.Status204NoContent);
        var headers = context.Response.Headers;
        headers.AccessControlAllowOrigin = AnyOrigin;
        headers.AccessControlAllowMethods = HttpMethods.Post;
        headers.AccessControlAllowHeaders = AllowedHeaders;
        headers.AccessControlMaxAge = PreflightSeconds;
    }

    /// <summary>Lets the calling script read the answer, error or not, if the client names its origin.</summary>
    public static void Admit(HttpContext context, OAuthClient client)
    {
        if (client.AllowedOrigins.Count == 0 || context.Request.Headers.Origin is not [{ } origin])
        {
            return;
        }

        foreach (var allowed in client.AllowedOrigins)
        {
            if (allowed == origin)
            {
                var headers = context.Response.Headers;
                headers.AccessControlAllowOrigin = allowed;
                headers.AccessControlExposeHeaders = ExposedHeaders;
                headers.Append(HeaderNames.Vary, HeaderNames.Origin);
                return;
            }
        }
    }
}
