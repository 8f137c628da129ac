using System.Security.Claims;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace RefreshTokenRotation.TestSupport.OpenIddict;

/// <summary>The host's own code behind OpenIddict's passthrough: a log-in without a form, a consent without a question.</summary>
internal sealed class HostPages
{
    private const string Scheme = OpenIddictServerAspNetCoreDefaults.AuthenticationScheme;

    /// <summary>Runs at each refresh, on the principal that the refresh token held: a host may change, replace or refuse it (null).</summary>
    public Func<ClaimsPrincipal, ClaimsPrincipal?> OnRefresh { get; set; } = static principal => principal;

    /// <summary>An authorization that the host made itself: a consent that outlives a log-in.</summary>
    public string? AuthorizationId { get; set; }

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapMethods("/connect/authorize", ["GET", "POST"], (Delegate)((HttpContext context) => SignIn(User(context.GetOpenIddictServerRequest()!, "alice"))));
        app.MapMethods("/connect/verify", ["GET", "POST"], (Delegate)VerifyAsync);
        app.MapPost("/connect/token", (Delegate)ExchangeAsync);
    }

    private async Task<IResult> VerifyAsync(HttpContext context)
    {
        var result = await context.AuthenticateAsync(Scheme);
        var principal = User(context.GetOpenIddictServerRequest()!, "alice");
        principal.SetScopes(result.Principal!.GetScopes());
        return SignIn(principal);
    }

    private async Task<IResult> ExchangeAsync(HttpContext context)
    {
        var request = context.GetOpenIddictServerRequest()!;
        if (request.IsPasswordGrantType())
        {
            return request.Password == "secret" ? SignIn(User(request, request.Username!)) : Forbid();
        }

        if (request.IsTokenExchangeGrantType() || request.GrantType == OpenIddictClient.CustomGrant)
        {
            return SignIn(User(request, "alice"));
        }

        var principal = (await context.AuthenticateAsync(Scheme)).Principal!;
        if (!request.IsRefreshTokenGrantType())
        {
            return SignIn(principal);
        }

        return OnRefresh(principal) is { } next ? SignIn(next) : Forbid();
    }

    private ClaimsPrincipal User(OpenIddictRequest request, string name)
    {
        var identity = new ClaimsIdentity("tests", Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, $"user-{name}").SetClaim(Claims.Name, name).SetClaim(Claims.Email, $"{name}@example.org")
            .SetClaims(Claims.Role, ["reader", "writer"]);
        identity.SetScopes(request.GetScopes());
        identity.SetResources("https://api.example.org");
        identity.SetAuthorizationId(AuthorizationId);
        identity.SetDestinations(static claim => claim.Type is Claims.Name or Claims.Role ? [Destinations.AccessToken, Destinations.IdentityToken] : [Destinations.AccessToken]);
        return new ClaimsPrincipal(identity);
    }

    private static IResult SignIn(ClaimsPrincipal principal) => Results.SignIn(principal, authenticationScheme: Scheme);

    private static IResult Forbid() => Results.Forbid(
        new AuthenticationProperties(new Dictionary<string, string?>
        {
            [OpenIddictServerAspNetCoreConstants.Properties.Error] = Errors.InvalidGrant,
        }),
        [Scheme]);
}

internal static class PrincipalExtensions
{
    public static ClaimsPrincipal WithScopes(this ClaimsPrincipal principal, params string[] scopes) => principal.SetScopes(scopes);
}
