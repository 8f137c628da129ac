using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.Jwt.Tests.Snippets;

/// <summary>The README's registrations.</summary>
internal static class Start
{
    public static void Register(IServiceCollection services)
    {
        // snippet: start
        services.AddRefreshTokenRotation()
            .UseJwtAccessTokens(options =>
            {
                options.Issuer = "https://login.example/";
                options.KeyFolder = "/etc/login/keys";
            });
        // end-snippet
    }

    public static void RegisterParts(IServiceCollection services)
    {
        // snippet: parts
        services.AddRefreshTokenRotation()
            .UseJwtAccessTokens(options => options.Issuer = "https://login.example/")
            .AddSigningKeySource<VaultKeys>()
            .AddClaimsSource<ProfileClaims>();
        // end-snippet
    }

    public static ExchangeRequest Exchange(IAccessTokenIssuer issuer, string refreshToken) =>
        // snippet: exchange
        new ExchangeRequest
        {
            RefreshToken = refreshToken,
            ClientId = "spa",
            CreateAccessToken = (context, cancel) => issuer.IssueAsync(AccessTokenRequest.For(context), cancel),
        };
    // end-snippet
}
