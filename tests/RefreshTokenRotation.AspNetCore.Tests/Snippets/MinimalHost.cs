using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.AspNetCore.Tests.Snippets;

internal static class MinimalHost
{
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        // snippet: minimal-host
        //+ using RefreshTokenRotation.AspNetCore;
        //+
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddRefreshTokenRotation()
            .UseJwtAccessTokens(options => (options.Issuer, options.GenerateDevelopmentKey) = ("http://localhost:5000/", true))
            .AddEndpoints(options =>
            {
                options.Clients.Add(new OAuthClient { ClientId = "cli", GrantTypes = ["password", "refresh_token"] });
                options.Apis.Add(new OAuthApi { Audience = "https://api.example/", AllowOfflineAccess = true });
            })
            .AddGrantTypeHandler<PasswordGrantHandler>();
        // end-snippet
        configure?.Invoke(builder);

        // snippet: minimal-host
        var app = builder.Build();
        app.MapRefreshTokenRotation();
        //+ app.Run();
        // end-snippet
        return app;
    }
}

// snippet: minimal-host
internal sealed class PasswordGrantHandler : IGrantTypeHandler
{
    public string GrantType => "password";

    public ValueTask<GrantTypeResult> AuthorizeAsync(GrantTypeContext context, CancellationToken cancellationToken) =>
        new(context.Parameters["username"] == "alice" && context.Parameters["password"] == "pw" // your own check
            ? new GrantTypeResult.Granted { Subject = "alice", Scopes = context.Scopes, Resources = context.Resources }
            : new GrantTypeResult.Rejected("invalid_grant"));
}
// end-snippet

// snippet: user-manager-grant
internal sealed class UserPasswordGrantHandler(UserManager<IdentityUser> users) : IGrantTypeHandler
{
    public string GrantType => "password";

    public async ValueTask<GrantTypeResult> AuthorizeAsync(GrantTypeContext context, CancellationToken cancellationToken) =>
        await users.FindByNameAsync(context.Parameters["username"] ?? "") is { } user
        && await users.CheckPasswordAsync(user, context.Parameters["password"] ?? "")
            ? new GrantTypeResult.Granted { Subject = user.Id, Scopes = context.Scopes, Resources = context.Resources }
            : new GrantTypeResult.Rejected("invalid_grant");
}
// end-snippet
