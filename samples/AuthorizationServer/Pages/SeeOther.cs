namespace AuthorizationServer.Pages;

/// <summary>Redirects the browser. After a form it must not send the form again (RFC 9700 section 4.12): 303, and 302 otherwise.</summary>
internal sealed class SeeOther(string location) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = HttpMethods.IsGet(httpContext.Request.Method) ? StatusCodes.Status302Found : StatusCodes.Status303SeeOther;
        response.Headers.Location = location;
        response.Headers.CacheControl = "no-store";
        response.Headers["Referrer-Policy"] = "no-referrer";
        return Task.CompletedTask;
    }
}
