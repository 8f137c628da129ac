using AuthorizationServer.Tests.Support;
using Duende.IdentityModel.OidcClient;
using Duende.IdentityModel.OidcClient.Browser;

namespace AuthorizationServer.Tests.RealClients;

/// <summary>A native app with Duende.IdentityModel.OidcClient.</summary>
[TestFixture]
internal sealed class OidcClientTests
{
    [Test]
    public async Task Native_app_logs_in_refreshes_and_logs_out_and_hears_of_a_replay()
    {
        using var browser = new Browser(SharedServer.Origin);
        var client = new OidcClient(new OidcClientOptions
        {
            Authority = SharedServer.Origin + "/",
            ClientId = "mobile",
            Scope = "openid profile offline_access read:messages",
            RedirectUri = "com.example.mobile:/callback",
            PostLogoutRedirectUri = "com.example.mobile:/goodbye",
            Browser = new User(browser),
        });

        var login = await client.LoginAsync(new LoginRequest());
        login.Error.Should().BeNull(login.ErrorDescription);
        login.User.FindFirst("name")!.Value.Should().Be("Alice Example");
        var first = await client.RefreshTokenAsync(login.RefreshToken);
        first.Error.Should().BeNull(first.ErrorDescription);
        first.RefreshToken.Should().NotBe(login.RefreshToken);
        var second = await client.RefreshTokenAsync(first.RefreshToken);
        var replay = await client.RefreshTokenAsync(login.RefreshToken);
        var logout = await client.LogoutAsync(new LogoutRequest { IdTokenHint = second.IdentityToken, State = "s1" });

        replay.Error.Should().Be("invalid_grant", "a status of 403 would have hidden it");
        logout.Error.Should().BeNull();
        browser.Cookie("session").Should().BeNull();
    }

    /// <summary>The system's browser, with a user who allows what is asked.</summary>
    private sealed class User(Browser browser) : IBrowser
    {
        public async Task<BrowserResult> InvokeAsync(BrowserOptions options, CancellationToken cancellationToken = default)
        {
            var reply = await browser.FollowAsync(await browser.GetAsync(options.StartUrl));
            reply = reply.AsksForPassword ? await browser.LogInAsync(reply) : reply;
            reply = reply.AsksForConsent ? await browser.FollowAsync(await browser.SubmitAsync(reply, ("decision", "allow"))) : reply;
            var end = reply.Location?.OriginalString ?? string.Empty;
            return end.StartsWith(options.EndUrl, StringComparison.Ordinal)
                ? new BrowserResult { ResultType = BrowserResultType.Success, Response = end }
                : new BrowserResult { ResultType = BrowserResultType.UnknownError, Error = $"{reply.Status} {end} {reply.Text}" };
        }
    }
}
