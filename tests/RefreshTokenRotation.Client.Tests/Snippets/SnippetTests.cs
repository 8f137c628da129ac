using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RefreshTokenRotation.Client.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Client.Tests.Snippets;

/// <summary>What the pages show, run.</summary>
[TestFixture]
internal sealed class SnippetTests
{
    [Test]
    public async Task Registrations_are_valid()
    {
        using var folder = new TemporaryFolder();
        var services = new ServiceCollection();
        Start.Register(services, folder.PathOf("s"), RandomNumberGenerator.GetBytes(32));
        await using var provider = services.BuildServiceProvider();

        provider.GetRequiredKeyedService<RefreshTokenClient>("api").Name.Should().Be("api");
        provider.GetRequiredService<IHttpClientFactory>().CreateClient("orders").Should().NotBeNull();
        provider.GetRequiredService<IOptionsMonitor<RefreshTokenClientOptions>>().Get("api").ClientId.Should().Be("desktop");
    }

    [Test]
    public async Task Session_of_a_web_user_is_that_of_the_cookie()
    {
        var http = new HttpContextAccessor();
        await using var app = new TestApp(services: services => services.AddSingleton<ITokenSessionAccessor>(new UserSession(http)));
        var identity = new ClaimsIdentity("cookie");
        await UserSession.BeginAsync(app.Client, identity, new TokenSet { RefreshToken = "rt-alice" });

        (await app.Client.GetTokenAsync()).Should().BeOfType<TokenResult.LoginRequired>("no request, no circuit");
        http.HttpContext = new DefaultHttpContext { User = new ClaimsPrincipal(identity) };
        (await app.TokenAsync()).Should().Be("at-2");
        http.HttpContext = new DefaultHttpContext();
        (await app.Client.GetTokenAsync()).Should().BeOfType<TokenResult.LoginRequired>();
        UserSession.CircuitUser.Value = new ClaimsPrincipal(identity);
        (await app.TokenAsync()).Should().Be("at-2");
        app.Server.Presented.Should().Equal("rt-alice");
    }

    [Test]
    public async Task Circuit_carries_its_user_to_the_accessor()
    {
        var user = new ClaimsPrincipal(new ClaimsIdentity("cookie"));
        ClaimsPrincipal? seen = null;
        var handler = new CircuitSession(new Authentication(user)).CreateInboundActivityHandler(_ =>
        {
            seen = UserSession.CircuitUser.Value;
            return Task.CompletedTask;
        });

        await handler(null!);

        seen.Should().BeSameAs(user);
    }

    [Test]
    public async Task Target_of_a_request_reaches_the_server()
    {
        await using var app = new TestApp();
        await app.SignInAsync();

        await Start.OneRequestAsync(app.Http);

        app.Server.Requests.Should().ContainSingle().Which.Should().Contain("resource", "https://orders.example").And.Contain("scope", "read");
    }

    [Test]
    public async Task Mcp_cache_shows_no_refresh_token_and_takes_a_log_in()
    {
        await using var app = new TestApp();
        var cache = new McpTokenCache(app.Client, app.Time);
        (await cache.GetTokensAsync(CancellationToken.None)).Should().BeNull();

        await cache.StoreTokensAsync(new() { AccessToken = "at-1", RefreshToken = "rt-1", TokenType = "Bearer", ExpiresIn = 600, ObtainedAt = app.Time.GetUtcNow() }, CancellationToken.None);

        var tokens = await cache.GetTokensAsync(CancellationToken.None);
        (tokens!.AccessToken, tokens.RefreshToken, tokens.ExpiresIn).Should().Be(("at-1", null, 600));
        (await app.StoredAsync()).Should().Be("rt-1");
    }

    private sealed class Authentication(ClaimsPrincipal user) : Microsoft.AspNetCore.Components.Authorization.AuthenticationStateProvider
    {
        public override Task<Microsoft.AspNetCore.Components.Authorization.AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(new Microsoft.AspNetCore.Components.Authorization.AuthenticationState(user));
    }
}
