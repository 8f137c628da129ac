using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.AspNetCore.Tests.Snippets;

/// <summary>Registrations that the pages on the endpoints show.</summary>
internal static class Endpoints
{
    public static void Configure(RefreshTokenEndpointOptions options)
    {
        // snippet: configure-metadata
        options.ConfigureMetadata = (context, document) => document["authorization_endpoint"] = "/authorize";
        // end-snippet
    }

    public static void AddProofs(RefreshTokenRotationBuilder builder)
    {
        // snippet: proofs
        builder.AddDPoP();       // RFC 9449: each request carries a proof, signed with a key of the client
        builder.AddMutualTls();  // RFC 8705: the client's certificate, where TLS asks for one
        // end-snippet
    }

    public static void Verify(WebApplication app)
    {
        // snippet: verify
        app.MapGet("/messages", async (HttpContext context, AccessTokenVerifier verifier) =>
            await verifier.VerifyAsync(context, context.RequestAborted) switch
            {
                AccessTokenVerification.Accepted { Token: var token } when token.Resources.Contains("https://api.example/") => Results.Ok(token.Subject),
                AccessTokenVerification.Rejected rejection => rejection, // 401 with WWW-Authenticate
                _ => Results.StatusCode(403),
            });
        // end-snippet
    }

    public static void AddAdministrators(WebApplicationBuilder builder)
    {
        // snippet: management
        builder.Services.AddAuthorizationBuilder().AddPolicy("administrators", policy => policy.RequireRole("administrator"));
        // end-snippet
    }

    public static void MapManagement(WebApplication app)
    {
        // snippet: management
        app.MapRefreshTokenManagement("administrators"); // below /api/v2, or a prefix of yours
        // end-snippet
    }

    public static void AddTenants(WebApplicationBuilder builder)
    {
        // snippet: tenants
        builder.Services.ConfigureTenants(options => options.ResolveTenant = context => context.Request.Host.Host);
        // end-snippet
    }
}
