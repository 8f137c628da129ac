using Microsoft.AspNetCore.WebUtilities;

namespace AuthorizationServer.Admin;

/// <summary>Refusals of the authorization policy in the form that the management endpoints have: the library can not know what a host's policy wants.</summary>
internal static class ManagementErrors
{
    public static Task WriteAsync(HttpContext context, int statusCode, string message)
    {
        context.Response.StatusCode = statusCode;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(new { statusCode, error = ReasonPhrases.GetReasonPhrase(statusCode), message }, context.RequestAborted);
    }
}
