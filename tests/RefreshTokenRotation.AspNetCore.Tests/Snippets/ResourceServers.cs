using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.AspNetCore.Tests.Snippets;

internal static class ResourceServers
{
    public static void Add(WebApplicationBuilder builder)
    {
        // snippet: resource-server
        builder.Services.AddResourceServer(options => options.CacheTime = TimeSpan.FromSeconds(10));
        // end-snippet
    }

    public static void AddElsewhere(WebApplicationBuilder builder)
    {
        // snippet: resource-server-elsewhere
        builder.Services.AddResourceServer().UseIntrospection(options =>
        {
            options.Endpoint = new Uri("https://login.example/oauth/introspect");
            options.ClientId = "api";
            options.ClientSecret = builder.Configuration["Api:ClientSecret"]!;
        });
        // end-snippet
    }

    public static void Use(WebApplication app)
    {
        // snippet: resource-server-pipeline
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAccessTokenDenyList();   // 401 for tokens whose family has ended
        app.UseRecoveryConfirmation();  // only where the token store is
        app.MapGet("/transfer", () => "done").RequireAuthorization().RequireActiveFamily();
        // end-snippet
    }

    public static void AddBearer(WebApplicationBuilder builder)
    {
        // snippet: bearer
        builder.Services.AddAuthentication().AddRotationBearer();
        builder.Services.AddAuthorization();
        // end-snippet
    }

    public static void AddScopePolicy(WebApplicationBuilder builder)
    {
        // snippet: bearer-scope
        builder.Services.AddAuthorizationBuilder().AddPolicy("orders.read", policy => policy.RequireAssertion(
            context => context.User.FindFirst("scope")?.Value.Split(' ').Contains("orders.read") == true));
        // end-snippet
    }

    public static void AddBearerElsewhere(WebApplicationBuilder builder)
    {
        // snippet: bearer-elsewhere
        builder.Services.AddAuthentication().AddRotationBearer(options =>
        {
            options.Authority = "https://login.example/";
            options.Audiences.Add("https://api.example/");
        });
        // end-snippet
    }
}
