using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace RefreshTokenRotation.Tests.Snippets;

/// <summary>The README's token endpoint.</summary>
internal static class TokenEndpoint
{
    /// <param name="app">The host's routes.</param>
    /// <param name="authenticate">The host's own clients: the id of the one that asks, or null.</param>
    /// <param name="sign">The host's own access tokens.</param>
    public static void Map(IEndpointRouteBuilder app, Func<HttpRequest, IFormCollection, string?> authenticate, AccessTokenFactory sign)
    {
        // snippet: endpoint
        app.MapPost("/token", async (HttpContext http, IRefreshTokenService tokens) =>
        {
            http.Response.Headers.CacheControl = "no-store";
            http.Response.Headers.Pragma = "no-cache";
            if (!http.Request.HasFormContentType)
            {
                return Error("invalid_request");
            }

            var form = await http.Request.ReadFormAsync(http.RequestAborted);
            if (authenticate(http.Request, form) is not { } clientId)
            {
                return Error("invalid_client", StatusCodes.Status401Unauthorized);
            }

            if (form["grant_type"].Count != 1 || form["refresh_token"] is not [{ Length: > 0 } presented])
            {
                return Error("invalid_request"); // missing, empty or given twice
            }

            if (form["grant_type"] != "refresh_token")
            {
                return Error("unsupported_grant_type");
            }

            try
            {
                var request = new ExchangeRequest
                {
                    RefreshToken = presented,
                    ClientId = clientId,
                    Scopes = form["scope"].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries),
                    Device = DeviceInfo.Observe(http.Connection.RemoteIpAddress?.ToString(), http.Request.Headers.UserAgent),
                    CreateAccessToken = sign, // runs before the write: a signer that fails consumes nothing
                };
                return await tokens.ExchangeAsync(request, http.RequestAborted) switch
                {
                    ExchangeResult.Succeeded next => Results.Json(new
                    {
                        access_token = next.AccessToken!.Value,
                        token_type = next.AccessToken.TokenType,
                        expires_in = (long)next.AccessToken.Lifetime.TotalSeconds,
                        refresh_token = next.RefreshToken.Reveal(),
                        scope = string.Join(' ', next.Scopes),
                    }),
                    ExchangeResult.Rejected { Reason: RejectionReason.InvalidScope } => Error("invalid_scope"),
                    ExchangeResult.Rejected { Reason: RejectionReason.InvalidTarget } => Error("invalid_target"),
                    _ => Error("invalid_grant"),
                };
            }
            catch (RefreshTokenUnavailableException)
            {
                http.Response.Headers.RetryAfter = "1";
                return Error("temporarily_unavailable", StatusCodes.Status503ServiceUnavailable);
            }

            static IResult Error(string error, int status = StatusCodes.Status400BadRequest) =>
                Results.Json(new { error }, statusCode: status);
        });
        // end-snippet
    }
}
