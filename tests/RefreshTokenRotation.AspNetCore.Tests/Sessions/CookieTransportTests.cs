using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.Sessions;

/// <summary>The refresh token is in a cookie that no script reads and no other site sends.</summary>
[TestFixture]
internal sealed class CookieTransportTests
{
    private TestHost _host = null!;

    [SetUp]
    public async Task SetUp() => _host = await SessionHost.StartAsync(RefreshTokenTransport.Cookie, options => options.AllowedOrigins.Add("https://app.example"));

    [TearDown]
    public async Task TearDown() => await _host.DisposeAsync();

    [Test]
    public async Task Cookie_is_for_the_apis_own_path_and_no_script()
    {
        var (body, answer) = await _host.SendAsync("POST", "/login/alice");

        body.TryGetProperty("refreshToken", out _).Should().BeFalse();
        var attributes = answer.Headers.GetValues("Set-Cookie").Single().Split("; ");
        attributes[0].Should().StartWith("refresh_token=rtr_");
        attributes.Skip(1).Select(attribute => attribute.Split('=')[0]).Should().BeEquivalentTo("expires", "path", "secure", "samesite", "httponly");
        attributes.Should().Contain("path=/auth").And.Contain("samesite=strict");
    }

    [Test]
    public async Task Refresh_and_log_out_go_by_the_cookie()
    {
        var cookie = await LogInAsync();

        var (_, refreshed) = await _host.SendAsync("POST", "/auth/refresh", cookie: cookie);
        refreshed.StatusCode.Should().Be(HttpStatusCode.OK);
        var next = CookieOf(refreshed);
        next.Should().NotBe(cookie);

        var (_, left) = await _host.SendAsync("POST", "/auth/logout", cookie: next);
        left.StatusCode.Should().Be(HttpStatusCode.NoContent);
        left.Headers.GetValues("Set-Cookie").Single().Should().StartWith("refresh_token=; expires=Thu, 01 Jan 1970");
        (await _host.SendAsync("POST", "/auth/refresh", cookie: next)).Answer.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        (await _host.SendAsync("POST", "/auth/logout")).Answer.StatusCode.Should().Be(HttpStatusCode.NoContent, "logged out already");
        (await _host.SendAsync("POST", "/auth/refresh")).Answer.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    [TestCase("Sec-Fetch-Site", "cross-site", false)]
    [TestCase("Sec-Fetch-Site", "same-site", false)]
    [TestCase("Sec-Fetch-Site", "same-origin", true)]
    [TestCase("Sec-Fetch-Site", "none", true)]
    [TestCase("Origin", "https://evil.example", false)]
    [TestCase("Origin", "null", false)]
    [TestCase("Origin", "https://app.example", true)]
    public async Task Request_of_another_site_is_rejected_and_consumes_nothing(string header, string value, bool accepted)
    {
        var cookie = await LogInAsync();

        var (_, answer) = await _host.SendAsync("POST", "/auth/refresh", cookie: cookie, headers: (header, value));
        answer.StatusCode.Should().Be(accepted ? HttpStatusCode.OK : HttpStatusCode.Forbidden);
        if (!accepted)
        {
            (await _host.SendAsync("POST", "/auth/logout", cookie: cookie, headers: (header, value))).Answer.StatusCode.Should().Be(HttpStatusCode.Forbidden);
            (await _host.SendAsync("POST", "/auth/refresh", cookie: cookie)).Answer.StatusCode.Should().Be(HttpStatusCode.OK);
        }
    }

    [Test]
    public async Task Own_origin_is_accepted() =>
        (await _host.SendAsync("POST", "/auth/refresh", cookie: await LogInAsync(), headers: ("Origin", _host.Address.GetLeftPart(UriPartial.Authority))))
            .Answer.StatusCode.Should().Be(HttpStatusCode.OK);

    [Test]
    public async Task Path_of_the_cookie_is_where_the_api_is_mapped()
    {
        await using var host = await SessionHost.StartAsync(RefreshTokenTransport.Cookie, prefix: "/api/v1/session");

        var (_, answer) = await host.SendAsync("POST", "/login/alice");

        answer.Headers.GetValues("Set-Cookie").Single().Should().Contain("path=/api/v1/session;");
    }

    [Test]
    public void Map_without_the_services_says_what_is_missing()
    {
        using var app = WebApplication.CreateSlimBuilder().Build();
        app.Invoking(it => it.MapRefreshTokenApi()).Should().Throw<InvalidOperationException>().WithMessage("*AddRefreshTokenApi()*");
    }

    [TestCase(false, true)]
    [TestCase(true, false)]
    public void Map_without_authentication_or_authorization_says_what_to_call(bool authenticates, bool authorizes)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddSingleton<IAccessTokenIssuer>(new StubIssuer());
        builder.Services.AddRefreshTokenRotation().AddRefreshTokenApi();
        if (authenticates)
        {
            builder.Services.AddAuthentication();
        }

        if (authorizes)
        {
            builder.Services.AddAuthorization();
        }

        using var app = builder.Build();
        app.Invoking(it => it.MapRefreshTokenApi()).Should().Throw<InvalidOperationException>()
            .WithMessage("*AddAuthentication().AddRotationBearer()*AddAuthorization()*");
    }

    [Test]
    public async Task Options_out_of_bounds_stop_the_start()
    {
        var start = async () => await SessionHost.StartAsync(configure: options =>
        {
            (options.ClientId, options.CookieName, options.Transport) = ("", "a b", (RefreshTokenTransport)9);
            options.AllowedOrigins.Add("https://app.example/");
        });

        (await start.Should().ThrowAsync<OptionsValidationException>()).Which.Failures.Should().HaveCount(4)
            .And.Contain(failure => failure.StartsWith("AllowedOrigins ('https://app.example/')"));
    }

    [Test]
    public async Task Missing_issuer_stops_the_start()
    {
        var start = async () => await TestHost.StartAsync(setup =>
        {
            setup.UseStubIssuer = false;
            setup.Build = rotation =>
            {
                rotation.AddRefreshTokenApi();
                rotation.Services.AddAuthentication();
                rotation.Services.AddAuthorization();
            };
            setup.Map = endpoints => endpoints.MapRefreshTokenApi();
        });

        (await start.Should().ThrowAsync<Exception>()).Which.Message.Should().Contain("IAccessTokenIssuer");
    }

    private async Task<string> LogInAsync() => CookieOf((await _host.SendAsync("POST", "/login/alice")).Answer);

    private static string CookieOf(HttpResponseMessage answer) => answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
}
