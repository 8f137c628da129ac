using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AuthorizationServer.Tests.BrowserApp.RelyingParties;

/// <summary>A server-side app with ASP.NET Core's own OpenID Connect handler, as its templates set it up, and an API with its own handler for access tokens.</summary>
internal static class MicrosoftApp
{
    public static async Task<WebApplication> StartAsync(int port, string authority)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddAuthorization();
        builder.Services.AddAuthentication(options =>
            {
                options.DefaultScheme = CookieAuthenticationDefaults.AuthenticationScheme;
                options.DefaultChallengeScheme = OpenIdConnectDefaults.AuthenticationScheme;
            })
            .AddCookie()
            .AddOpenIdConnect(options =>
            {
                options.Authority = authority;
                options.RequireHttpsMetadata = false;
                options.ClientId = "web";
                options.ClientSecret = "web-secret";
                options.ResponseType = "code";
                options.SaveTokens = true;
                options.Scope.Add("offline_access");
                options.Scope.Add("read:messages");
            })
            .AddJwtBearer(options =>
            {
                options.Authority = authority;
                options.Audience = "https://api1";
                options.RequireHttpsMetadata = false;
            });
        var app = builder.Build();
        app.Urls.Add($"http://localhost:{port}");
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/favicon.ico", () => Results.NoContent());
        app.MapGet("/goodbye", () => "Goodbye.");
        app.MapGet("/", (HttpContext context) => $"Hello, {context.User.FindFirst("name")?.Value}.").RequireAuthorization();
        app.MapGet("/refresh", RefreshAsync).RequireAuthorization();
        app.MapGet("/call", (Delegate)((HttpContext context) => CallAsync(context, port))).RequireAuthorization();
        app.MapGet("/log-out", () => Results.SignOut(
            new AuthenticationProperties { RedirectUri = "/goodbye" }, [CookieAuthenticationDefaults.AuthenticationScheme, OpenIdConnectDefaults.AuthenticationScheme]));
        app.MapGet("/api", (HttpContext context) => $"The API knows {context.User.FindFirst(System.Security.Claims.ClaimTypes.NameIdentifier)?.Value}.")
            .RequireAuthorization(policy => policy.AddAuthenticationSchemes(JwtBearerDefaults.AuthenticationScheme).RequireAuthenticatedUser());
        await app.StartAsync();
        return app;
    }

    /// <summary>The handler leaves the refresh to the app, which finds the address and the client's secret in its options.</summary>
    private static async Task<string> RefreshAsync(HttpContext context, IOptionsMonitor<OpenIdConnectOptions> monitor)
    {
        var options = monitor.Get(OpenIdConnectDefaults.AuthenticationScheme);
        var cookie = await context.AuthenticateAsync();
        var properties = cookie.Properties!;
        var before = properties.GetTokenValue("refresh_token")!;
        var metadata = await options.ConfigurationManager!.GetConfigurationAsync(context.RequestAborted);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "refresh_token",
            ["refresh_token"] = before,
            ["client_id"] = options.ClientId!,
            ["client_secret"] = options.ClientSecret!,
        });
        using var response = await options.Backchannel.PostAsync(metadata.TokenEndpoint, form);
        var tokens = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        foreach (var name in (string[])["access_token", "id_token", "refresh_token"])
        {
            properties.UpdateTokenValue(name, tokens.GetProperty(name).GetString()!);
        }

        await context.SignInAsync(cookie.Principal!, properties);
        return properties.GetTokenValue("refresh_token") == before ? "The same." : "Refreshed.";
    }

    private static async Task<string> CallAsync(HttpContext context, int port)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://localhost:{port}/api");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await context.GetTokenAsync("access_token"));
        using var response = await http.SendAsync(request);
        return response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync() : $"{response.StatusCode} {response.Headers.WwwAuthenticate}";
    }
}
