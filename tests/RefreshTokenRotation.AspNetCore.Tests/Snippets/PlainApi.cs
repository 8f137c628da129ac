using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.AspNetCore.Tests.Snippets;

/// <summary>An API with its own log-in.</summary>
internal static class PlainApi
{
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        // snippet: plain-api
        //+ using System.Security.Claims;
        //+ using RefreshTokenRotation;
        //+ using RefreshTokenRotation.AspNetCore;
        //+
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddRefreshTokenRotation(options => options.DefaultPolicy = RotationPolicy.Spa)
            .UseJwtAccessTokens(options => (options.Issuer, options.GenerateDevelopmentKey) = ("https://api.example/", true))
            .AddRefreshTokenApi();
        builder.Services.AddAuthentication().AddRotationBearer();
        builder.Services.AddAuthorization();
        // end-snippet
        configure?.Invoke(builder);

        // snippet: plain-api-endpoints
        var app = builder.Build();
        app.MapPost("/auth/login", async (Credentials body, HttpContext context, RefreshTokenSessions sessions) =>
            body is { User: "alice", Password: "pw" } // your own check
                ? await sessions.SignInAsync(context, body.User)
                : Results.Unauthorized());
        app.MapRefreshTokenApi(); // below /auth: refresh, logout, sessions
        app.MapGet("/me", (ClaimsPrincipal user) => user.FindFirstValue("sub")).RequireAuthorization();
        //+ app.Run();
        // end-snippet

        // snippet: own-refresh
        app.MapPost("/own/refresh", (RefreshBody body, IRefreshTokenService tokens, IAccessTokenIssuer issuer) =>
            tokens.ExchangeAsync(new ExchangeRequest
            {
                RefreshToken = body.RefreshToken,
                ClientId = "app",
                CreateAccessToken = (access, cancel) => issuer.IssueAsync(AccessTokenRequest.For(access), cancel),
            }).ToHttpResultAsync());
        // end-snippet
        return app;
    }

    /// <summary>The shortest form.</summary>
    public static WebApplication Shortest(WebApplicationBuilder builder)
    {
        // snippet: three-lines
        builder.Services.AddRefreshTokenRotation(options => options.DefaultPolicy = RotationPolicy.Spa)
            .UseJwtAccessTokens(options => options.Issuer = "https://api.example/").UseDevelopmentSigningKey().AddRefreshTokenApi();
        builder.Services.AddAuthentication().AddRotationBearer();
        builder.Services.AddAuthorization();
        // end-snippet
        var app = builder.Build();
        // snippet: three-lines
        app.MapPost("/auth/login", async (LogIn form, HttpContext http, UserManager<AppUser> users, RefreshTokenSessions sessions) =>
            await users.FindByNameAsync(form.User) is { } user && await users.CheckPasswordAsync(user, form.Password)
                ? await sessions.SignInAsync(http, user.Id) : Results.Unauthorized());
        app.MapRefreshTokenApi();
        // end-snippet
        return app;
    }
}

// snippet: plain-api-endpoints
internal sealed record Credentials(string User, string Password);
// end-snippet

internal sealed record LogIn(string User, string Password);

internal sealed class AppUser : IdentityUser;

// snippet: own-refresh
internal sealed record RefreshBody(string RefreshToken);
// end-snippet
