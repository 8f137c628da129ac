using Microsoft.AspNetCore.WebUtilities;

namespace AuthorizationServer.Admin;

/// <summary>Gives rejections by the authorization policy the form of the management endpoints' errors: the library can't know what a host's policy requires.</summary>
internal static class ManagementErrors
{
    public static Task WriteAsync(HttpContext context, int statusCode, string message)
    {
        context.Response.StatusCode = statusCode;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(new { statusCode, error = ReasonPhrases.GetReasonPhrase(statusCode), message }, context.RequestAborted);
    }
}
