using System.Net;
using AuthorizationServer.Tests.Support;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthorizationServer.Tests.Flows;

/// <summary><c>/oidc/logout</c>, as OpenID Connect RP-Initiated Logout 1.0 has it.</summary>
[TestFixture]
internal sealed class OpenIdLogoutTests
{
    private const string Goodbye = "http://localhost:5001/";

    private Backend _backend = null!;
    private Browser _browser = null!;

    [SetUp]
    public void SetUp() => (_backend, _browser) = (new(SharedServer.Origin), new(SharedServer.Origin));

    [TearDown]
    public void TearDown()
    {
        _backend.Dispose();
        _browser.Dispose();
    }

    [Test]
    public async Task Id_token_of_this_session_signs_out_at_once_and_state_comes_back([Values("GET", "POST")] string method, [Values] bool isClientNamed)
    {
        var tokens = await LogInAsync();

        var reply = await LogOutAsync(method, tokens["id_token"], isClientNamed ? "spa" : null, Goodbye);

        reply.Location!.OriginalString.Should().Be(Goodbye + "?state=s%201");
        _browser.Cookie("session").Should().BeNull();
        (await SilentAsync()).Callback.Should().Contain("error", "login_required");
    }

    [Test]
    public async Task Without_an_id_token_the_user_is_asked([Values("GET", "POST")] string method)
    {
        await LogInAsync();

        var page = await LogOutAsync(method, null, "spa", Goodbye);

        page.Text.Should().Contain("Sign out?").And.Contain("Demo app");
        page.Header("Content-Security-Policy").Should().Contain("form-action 'self' http://localhost:5001;");
        (await SilentAsync()).Callback.Should().ContainKey("code");
        (await _browser.SubmitAsync(page)).Location!.OriginalString.Should().Be(Goodbye + "?state=s%201");
        _browser.Cookie("session").Should().BeNull();
    }

    [TestCase("another session")]
    [TestCase("another user")]
    [TestCase("changed")]
    [TestCase("access token")]
    [TestCase("nonsense")]
    public async Task Hint_that_is_not_of_this_session_makes_the_user_be_asked(string kind)
    {
        var mine = await LogInAsync();
        var hint = kind switch
        {
            "another session" => (await _backend.CodeFlowAsync(new CodeRequest()))["id_token"],
            "another user" => (await _backend.CodeFlowAsync(new CodeRequest(), "bob"))["id_token"],
            "changed" => mine["id_token"]![..^4] + "AAAA",
            "access token" => mine["access_token"],
            _ => "e30.e30.e30",
        };

        var page = await LogOutAsync("GET", hint, "spa", Goodbye);

        page.Text.Should().Contain("Sign out?");
        (await SilentAsync()).Callback.Should().ContainKey("code");
    }

    [TestCase("web", Goodbye, TestName = "An_id_token_of_another_client_is_refused")]
    [TestCase(null, "http://evil.example/", TestName = "An_address_that_is_not_registered_is_refused")]
    [TestCase(null, "http://localhost:5001/?x", TestName = "An_address_that_is_another_is_refused")]
    public async Task Contradiction(string? client, string address)
    {
        var tokens = await LogInAsync();

        var reply = await LogOutAsync("GET", tokens["id_token"], client, address);

        reply.Status.Should().Be(HttpStatusCode.BadRequest);
        reply.Location.Should().BeNull();
        (await SilentAsync()).Callback.Should().ContainKey("code");
    }

    private async Task<Reply> LogInAsync()
    {
        var request = new CodeRequest();
        return await _backend.TokenAsync(request.Redemption((await _browser.AuthorizeAsync(request)).Callback["code"]));
    }

    private async Task<Reply> LogOutAsync(string method, string? hint, string? client, string address)
    {
        var parameters = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["id_token_hint"] = hint,
            ["client_id"] = client,
            ["post_logout_redirect_uri"] = address,
            ["state"] = "s 1",
        }.Where(pair => pair.Value is not null);
        return method == "GET"
            ? await _browser.GetAsync(QueryHelpers.AddQueryString("/oidc/logout", parameters))
            : await _browser.FollowAsync(await _browser.PostAsync("/oidc/logout", parameters!));
    }

    private Task<Reply> SilentAsync() => _browser.GetAsync(new CodeRequest("spa", ("prompt", "none")).Address);
}
