using Microsoft.Extensions.Primitives;

namespace RefreshTokenRotation.AspNetCore;

/// <summary>What an <see cref="AccessTokenVerifier"/> found.</summary>
public abstract record AccessTokenVerification
{
    private AccessTokenVerification()
    {
    }

    /// <summary>The request holds a valid access token, and proves the key that the token is bound to, if it is bound.</summary>
    /// <param name="Token">What the token says. The API must check that the token is meant for it, and the scope.</param>
    public sealed record Accepted(ValidatedAccessToken Token) : AccessTokenVerification
    {
        /// <summary>Shows neither user nor session.</summary>
        /// <returns>The kind of the result.</returns>
        public override string ToString() => nameof(Accepted);
    }

    /// <summary>The request is rejected. This is also the response: return it from the endpoint.</summary>
    /// <param name="StatusCode">401, or 400 for a request that is malformed.</param>
    /// <param name="Error">The error code (RFC 6750 section 3.1, RFC 9449 section 7.1); null if the request holds no access token.</param>
    /// <param name="Challenges">The values of <c>WWW-Authenticate</c>.</param>
    public sealed record Rejected(int StatusCode, string? Error, IReadOnlyList<string> Challenges) : AccessTokenVerification, IResult
    {
        async Task IResult.ExecuteAsync(HttpContext httpContext)
        {
            ArgumentNullException.ThrowIfNull(httpContext);
            httpContext.Response.Headers.WWWAuthenticate = new StringValues([.. Challenges]);
            if (Error is null)
            {
                OAuthAnswer.SendEmpty(httpContext, StatusCode);
                return;
            }

            await new OAuthError(StatusCode, Error, null).ExecuteAsync(httpContext).ConfigureAwait(false);
        }
    }
}
