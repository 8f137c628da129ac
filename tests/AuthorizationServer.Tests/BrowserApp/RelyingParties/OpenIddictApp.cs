using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenIddict.Client;
using OpenIddict.Client.AspNetCore;

namespace AuthorizationServer.Tests.BrowserApp.RelyingParties;

/// <summary>A server-side app with the client of OpenIddict.</summary>
internal static class OpenIddictApp
{
    private const string Scheme = OpenIddictClientAspNetCoreDefaults.AuthenticationScheme;

    public static async Task<WebApplication> StartAsync(int port, string authority)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddAuthorization();
        builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie();
        builder.Services.AddOpenIddict().AddClient(options =>
        {
            options.AllowAuthorizationCodeFlow().AllowRefreshTokenFlow();
            options.AddEphemeralEncryptionKey().AddEphemeralSigningKey();
            options.DisableTokenStorage();
            options.UseSystemNetHttp();
            options.UseAspNetCore().EnableRedirectionEndpointPassthrough().EnablePostLogoutRedirectionEndpointPassthrough().DisableTransportSecurityRequirement();
            options.AddRegistration(new OpenIddictClientRegistration
            {
                Issuer = new Uri(authority),
                ClientId = "web",
                ClientSecret = "web-secret",
                Scopes = { "openid", "profile", "offline_access", "read:messages" },
                RedirectUri = new Uri("callback/login", UriKind.Relative),
                PostLogoutRedirectUri = new Uri("callback/logout", UriKind.Relative),
            });
        });
        var app = builder.Build();
        app.Urls.Add($"http://localhost:{port}");
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/favicon.ico", () => Results.NoContent());
        app.MapGet("/goodbye", () => "Goodbye.");
        app.MapGet("/", (HttpContext context) => $"Hello, {context.User.Identity!.Name}.");
        app.MapGet("/log-in", () => Results.Challenge(new AuthenticationProperties { RedirectUri = "/" }, [Scheme]));
        app.MapMethods("/callback/login", [HttpMethods.Get, HttpMethods.Post], (Delegate)SignInAsync); // as a RequestDelegate its result would be lost
        app.MapGet("/refresh", RefreshAsync).RequireAuthorization();
        app.MapGet("/log-out", (Delegate)SignOutAsync).RequireAuthorization();
        app.MapMethods("/callback/logout", [HttpMethods.Get, HttpMethods.Post], (Delegate)(async (HttpContext context) =>
            Results.LocalRedirect((await context.AuthenticateAsync(Scheme)).Properties!.RedirectUri!)));
        await app.StartAsync();
        return app;
    }

    private static async Task<IResult> SignInAsync(HttpContext context)
    {
        var result = await context.AuthenticateAsync(Scheme);
        var identity = new ClaimsIdentity([new Claim("name", result.Principal!.FindFirst("name")!.Value)], "OpenIddict", "name", null);
        var properties = new AuthenticationProperties { RedirectUri = result.Properties!.RedirectUri };
        properties.StoreTokens(result.Properties.GetTokens());
        return Results.SignIn(new ClaimsPrincipal(identity), properties, CookieAuthenticationDefaults.AuthenticationScheme);
    }

    private static async Task<string> RefreshAsync(HttpContext context, OpenIddictClientService client)
    {
        var before = await context.GetTokenAsync(OpenIddictClientAspNetCoreConstants.Tokens.RefreshToken);
        var result = await client.AuthenticateWithRefreshTokenAsync(new OpenIddictClientModels.RefreshTokenAuthenticationRequest
        {
            RefreshToken = before!,
            CancellationToken = context.RequestAborted,
        });
        return result.RefreshToken is null || result.RefreshToken == before ? "The same." : "Refreshed.";
    }

    private static async Task<IResult> SignOutAsync(HttpContext context)
    {
        var idToken = await context.GetTokenAsync(OpenIddictClientAspNetCoreConstants.Tokens.BackchannelIdentityToken);
        await context.SignOutAsync();
        var properties = new AuthenticationProperties(new Dictionary<string, string?>
        {
            [OpenIddictClientAspNetCoreConstants.Properties.IdentityTokenHint] = idToken,
        })
        {
            RedirectUri = "/goodbye",
        };
        return Results.SignOut(properties, [Scheme]);
    }
}
