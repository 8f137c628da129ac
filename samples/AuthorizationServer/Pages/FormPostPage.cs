namespace AuthorizationServer.Pages;

/// <summary>Posts the response of <c>/authorize</c> to the client (OAuth 2.0 Form Post Response Mode). Its script does so at once; without scripts there is a button.</summary>
internal sealed class FormPostPage(string address, IEnumerable<KeyValuePair<string, string>> response) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        // No form-action: browsers apply it to redirects after the form too, and the client decides where those lead.
        httpContext.Response.Headers.ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'";
        httpContext.Response.Headers.XFrameOptions = "DENY";
        return Page.WriteAsync(httpContext.Response, Html.Of($"""
            <!doctype html>
            <html lang="en">
            <head>
              <meta charset="utf-8">
              <meta name="viewport" content="width=device-width, initial-scale=1">
              <meta name="color-scheme" content="light dark">
              <title>Signing in</title>
              <link rel="stylesheet" href="/site.css">
              <script src="/form-post.js" defer></script>
            </head>
            <body>
              <main>
                <h1>Signing in</h1>
                <form method="post" action="{address}">
                  {Html.Join(response.Select(value => Forms.Hidden(value.Key, value.Value)))}
                  <button type="submit">Continue</button>
                </form>
              </main>
            </body>
            </html>

            """));
    }
}
