using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.AspNetCore.Tests.Snippets;

/// <summary>An API in another process than its authorization server.</summary>
internal static class ApiElsewhere
{
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder> configure)
    {
        // snippet: api-elsewhere
        //+ using System.Security.Claims;
        //+
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddAuthentication().AddRotationBearer(options =>
        {
            options.Authority = "http://localhost:5000/"; // the server's Issuer
            options.Audiences.Add("https://api.example/");
        });
        builder.Services.AddAuthorization();
        builder.Services.AddResourceServer().UseIntrospection(options =>
        {
            options.Endpoint = new Uri("http://localhost:5000/oauth/introspect");
            options.ClientId = "api";
            options.ClientSecret = "change me";
        });
        // end-snippet
        configure(builder);

        // snippet: api-elsewhere
        var app = builder.Build();
        app.MapGet("/me", (ClaimsPrincipal user) => user.FindFirstValue("sub")).RequireAuthorization();
        //+ app.Run();
        // end-snippet
        return app;
    }

    /// <summary>What the authorization server adds.</summary>
    public static void Register(RefreshTokenEndpointOptions options)
    {
        // snippet: api-client
        options.Clients.Add(new OAuthClient
        {
            ClientId = "api",
            AuthenticationMethod = ClientAuthenticationMethod.ClientSecret,
            SecretHashes = [ClientSecret.Hash("change me")],
            AllowIntrospection = true,
            Audiences = ["https://api.example/"],
        });
        // end-snippet
    }
}
