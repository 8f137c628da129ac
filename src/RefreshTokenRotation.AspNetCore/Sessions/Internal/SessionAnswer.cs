using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>One answer: JSON or nothing, and never cached.</summary>
internal class SessionAnswer(int statusCode) : IResult
{
    public static readonly SessionAnswer Done = new(StatusCodes.Status204NoContent);
    public static readonly SessionAnswer Unavailable = Problem(StatusCodes.Status503ServiceUnavailable, "Try again in a moment.", "temporarily_unavailable");

    /// <summary>The same response for every rejected refresh token, whatever the cause.</summary>
    public static readonly SessionAnswer SessionEnded = Problem(StatusCodes.Status401Unauthorized, "The session has ended. Log in again.", "invalid_grant");

    public static SessionAnswer Json<T>(T body, JsonTypeInfo<T> type) => new JsonAnswer<T>(StatusCodes.Status200OK, body, type);

    public static SessionAnswer Problem(int statusCode, string title, string error) =>
        new JsonAnswer<SessionBodies.ProblemBody>(statusCode, new SessionBodies.ProblemBody(statusCode, title, error), SessionJson.Default.ProblemBody, "application/problem+json");

    /// <summary>The error that a hook chose, in the form of the other problems.</summary>
    public static SessionAnswer Refused(ExchangeRefusal refusal)
    {
        var body = refusal.Members ?? [];
        body["status"] = refusal.StatusCode;
        body["title"] = refusal.Description ?? "The request was rejected.";
        body["error"] = refusal.Error;
        return new JsonAnswer<JsonObject>(refusal.StatusCode, body, SessionJson.Default.JsonObject, "application/problem+json");
    }

    /// <summary>Without a refresh token where that travels in a cookie.</summary>
    public static SessionAnswer Tokens(AccessToken accessToken, RefreshToken? refreshToken) => Json(
        new SessionBodies.TokensBody(accessToken.TokenType, accessToken.Value, (long)accessToken.Lifetime.TotalSeconds, refreshToken?.Reveal()),
        SessionJson.Default.TokensBody);

    public virtual Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = statusCode;
        response.Headers.CacheControl = "no-store";
        response.Headers.Pragma = "no-cache";
        if (statusCode == StatusCodes.Status503ServiceUnavailable)
        {
            response.Headers.RetryAfter = "1";
        }
        else if (statusCode == StatusCodes.Status408RequestTimeout)
        {
            response.Headers.Connection = "close"; // the rest of the body would be taken for the next request
        }

        return Task.CompletedTask;
    }

    private sealed class JsonAnswer<T>(int statusCode, T body, JsonTypeInfo<T> type, string? contentType = null) : SessionAnswer(statusCode)
    {
        public override async Task ExecuteAsync(HttpContext httpContext)
        {
            await base.ExecuteAsync(httpContext).ConfigureAwait(false);
            httpContext.RequestAborted = CancellationToken.None; // what has been exchanged must reach the client, whatever the host's time limit
            await httpContext.Response.WriteAsJsonAsync(body, type, contentType, httpContext.RequestAborted).ConfigureAwait(false);
        }
    }
}
