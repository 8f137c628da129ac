using System.Text.Json;

namespace AuthorizationServer.Pages;

/// <summary>Sends the response of <c>/authorize</c> to the window that embeds or opened this one. The only page of this server that others
/// may embed: the origins that the client has registered.</summary>
internal sealed class MessagePage(IEnumerable<KeyValuePair<string, string>> response, string targetOrigin, IEnumerable<string> frameAncestors)
    : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        // The page's data are in attributes and its script is in a file, so that no parameter can smuggle in a script.
        httpContext.Response.Headers.ContentSecurityPolicy =
            $"default-src 'none'; script-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors {string.Join(' ', frameAncestors)}";
        return Page.WriteAsync(httpContext.Response, Html.Of($"""
            <!doctype html>
            <html lang="en">
            <head>
              <meta charset="utf-8">
              <title>Signing in</title>
              <script src="/web-message.js" defer></script>
            </head>
            <body data-response="{JsonSerializer.Serialize(new Dictionary<string, string>(response, StringComparer.Ordinal))}" data-target-origin="{targetOrigin}"></body>
            </html>

            """));
    }
}
