using System.Buffers;
using System.Globalization;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Sends answers. None of them may be kept by a cache (RFC 6749 section 5.1), errors included.</summary>
internal sealed class OAuthAnswer(IOptions<RefreshTokenEndpointOptions> options)
{
    private const string Challenge = "Basic realm=\"oauth\", charset=\"UTF-8\"";
    private const string Json = "application/json";

    private readonly string _retryAfter = ((long)options.Value.RetryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    public ValueTask SendAsync(HttpContext context, OAuthError error)
    {
        var headers = context.Response.Headers;
        if (error.IsChallenge)
        {
            headers.WWWAuthenticate = Challenge;
        }

        switch (error.StatusCode)
        {
            case StatusCodes.Status408RequestTimeout:
                headers.Connection = "close"; // the rest of the body would be taken for the next request
                break;
            case StatusCodes.Status405MethodNotAllowed:
                headers.Allow = HttpMethods.Post;
                break;
            case StatusCodes.Status503ServiceUnavailable:
                headers.RetryAfter = _retryAfter;
                break;
        }

        return SendJsonAsync(context, error.StatusCode, error.Body.Span);
    }

    /// <summary>A JSON document. Its bytes are copied before the call returns.</summary>
    public static ValueTask SendJsonAsync(HttpContext context, int statusCode, ReadOnlySpan<byte> body)
    {
        var response = Start(context, statusCode);
        response.ContentType = Json;
        response.ContentLength = body.Length;
        response.BodyWriter.Write(body);
        return FlushAsync(context);
    }

    /// <summary>An empty 200 that says it is JSON: some clients refuse anything else.</summary>
    public static void SendEmptyJson(HttpContext context)
    {
        SendEmpty(context, StatusCodes.Status200OK);
        context.Response.ContentType = Json;
    }

    /// <summary>An answer without a body.</summary>
    public static void SendEmpty(HttpContext context, int statusCode)
    {
        var response = Start(context, statusCode);
        if (statusCode != StatusCodes.Status204NoContent)
        {
            response.ContentLength = 0;
        }
    }

    private static HttpResponse Start(HttpContext context, int statusCode)
    {
        var response = context.Response;
        response.StatusCode = statusCode;
        response.Headers.CacheControl = "no-store";
        response.Headers.Pragma = "no-cache";
        return response;
    }

    /// <summary>Not even the host's own time limit cancels it: what has been exchanged must reach the client. One that has gone ends the write by itself.</summary>
    private static async ValueTask FlushAsync(HttpContext context) =>
        await context.Response.BodyWriter.FlushAsync(CancellationToken.None).ConfigureAwait(false);
}
