namespace RefreshTokenRotation.Identity.Internal;

/// <summary>An outage: 503 and <c>Retry-After</c> (RFC 9110 section 15.6.4). The client keeps its token and tries again.</summary>
internal static class Outage
{
    public static void Answer(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.RetryAfter = "1";
    }
}
