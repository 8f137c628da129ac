using System.Net.Mime;

namespace AuthorizationServer.Pages;

/// <summary>A page of this server: no inline script or style, no frame around it, and no script at all unless it names one.</summary>
internal sealed class Page(string title, Html body) : IResult
{
    public int StatusCode { get; init; } = StatusCodes.Status200OK;

    /// <summary>Where the page's forms may lead besides this server, as sources of a content security policy. Browsers apply it to the
    /// redirects that follow a form too, so the callback of a client belongs here.</summary>
    public string FormTargets { get; init; } = string.Empty;

    /// <summary>Whether it holds more than a form.</summary>
    public bool IsWide { get; init; }

    /// <summary>The folder below <c>wwwroot</c> of a page with a script: it holds <c>main.js</c>, a module, and <c>main.css</c>.</summary>
    public string? Folder { get; init; }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = StatusCode;
        response.Headers.ContentSecurityPolicy =
            $"default-src 'none'; {(Folder is null ? string.Empty : "script-src 'self'; connect-src 'self'; ")}style-src 'self'; img-src 'self'; form-action {$"'self' {FormTargets}".TrimEnd()}; base-uri 'none'; frame-ancestors 'none'";
        response.Headers.XFrameOptions = "DENY";
        return WriteAsync(response, Html.Of($"""
            <!doctype html>
            <html lang="en">
            <head>
              <meta charset="utf-8">
              <meta name="viewport" content="width=device-width, initial-scale=1">
              <meta name="color-scheme" content="light dark">
              <title>{title}</title>
              <link rel="stylesheet" href="/site.css">
              {(Folder is null ? Html.Empty : Html.Of($"""<link rel="stylesheet" href="/{Folder}/main.css"><script type="module" src="/{Folder}/main.js"></script>"""))}
            </head>
            <body>
              <main{(IsWide ? Html.Of($""" class="wide" """) : Html.Empty)}>
                <h1>{title}</h1>
                {body}
              </main>
            </body>
            </html>

            """));
    }

    /// <summary>Applies to every page: it is not cached, its type is not guessed, and its address is not passed on.</summary>
    public static Task WriteAsync(HttpResponse response, Html document)
    {
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.ContentType = $"{MediaTypeNames.Text.Html}; charset=utf-8";
        return response.WriteAsync(document.Markup, response.HttpContext.RequestAborted);
    }
}
