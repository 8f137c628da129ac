using System.Net;
using RefreshTokenRotation.Client.Tests.Support;

namespace RefreshTokenRotation.Client.Tests;

/// <summary>When a session is over, why, and what comes then.</summary>
[TestFixture]
internal sealed class SessionEndTests
{
    private static readonly TokenSessionKey Key = new(TestApp.Name, TokenSessionKey.DefaultSessionId);

    [TestCase(HttpStatusCode.BadRequest, null, SessionEndReason.Unspecified)]
    [TestCase(HttpStatusCode.Forbidden, "Unknown or invalid refresh token.", SessionEndReason.Unspecified)]
    [TestCase(HttpStatusCode.BadRequest, "Token reuse detected, family revoked", SessionEndReason.Reuse)]
    [TestCase(HttpStatusCode.BadRequest, "The refresh token has expired", SessionEndReason.Expired)]
    [TestCase(HttpStatusCode.BadRequest, "Revoked by the user", SessionEndReason.Revoked)]
    [TestCase(HttpStatusCode.BadRequest, "Token has been expired or revoked.", SessionEndReason.Unspecified)]
    public async Task Invalid_grant_ends_the_session(HttpStatusCode status, string? description, SessionEndReason reason)
    {
        await using var app = new TestApp();
        await app.SignInAsync();
        app.Server.Then(StubServer.Error(status, "invalid_grant", description));

        (await app.Client.GetTokenAsync()).Should().Be(new TokenResult.SessionEnded(reason));

        (await app.StoredAsync()).Should().BeNull();
        (await app.Client.GetTokenAsync()).Should().BeOfType<TokenResult.LoginRequired>();
        app.Server.Requests.Should().ContainSingle();
        app.Logs.Of(501).Should().ContainSingle().Which.Message.Should().Contain(reason.ToString());
    }

    [Test]
    public async Task Invalid_grant_with_another_status_ends_nothing()
    {
        await using var app = new TestApp();
        await app.SignInAsync();
        app.Server.Then(StubServer.Error(HttpStatusCode.Unauthorized, "invalid_grant"));

        (await app.Client.GetTokenAsync()).Should().Be(new TokenResult.Refused("invalid_grant"));

        (await app.StoredAsync()).Should().Be("rt-1");
    }

    [Test]
    public async Task Newer_token_of_another_process_is_used_instead_of_ending_the_session()
    {
        await using var app = new TestApp();
        await app.SignInAsync();
        app.Server.Script.Enqueue(async _ =>
        {
            // A process without the lock, or a new log-in.
            var old = await app.Store.LoadAsync(Key, CancellationToken.None);
            await app.Store.CompareAndSwapAsync(Key, old!.Version, new(Guid.NewGuid(), new SessionData { RefreshToken = "rt-newer" }.ToBytes()), CancellationToken.None);
            return StubServer.Error(HttpStatusCode.BadRequest, "invalid_grant");
        });

        (await app.TokenAsync()).Should().Be("at-2");

        app.Server.Presented.Should().Equal("rt-1", "rt-newer");
        app.Logs.Of(501).Should().BeEmpty();
    }

    [Test]
    public async Task Answer_for_a_session_that_was_replaced_meanwhile_is_dropped()
    {
        await using var app = new TestApp();
        await app.SignInAsync();
        app.Server.Script.Enqueue(async _ =>
        {
            var old = await app.Store.LoadAsync(Key, CancellationToken.None);
            await app.Store.CompareAndSwapAsync(Key, old!.Version, new(Guid.NewGuid(), new SessionData { RefreshToken = "rt-bob" }.ToBytes()), CancellationToken.None);
            return null;
        });

        (await app.TokenAsync()).Should().Be("at-3");

        app.Server.Presented.Should().Equal("rt-1", "rt-bob");
        (await app.StoredAsync()).Should().Be("rt-3");
    }

    [Test]
    public async Task Interactive_log_in_runs_once_for_all_who_wait()
    {
        var reasons = new List<SessionEndReason>();
        await using var app = new TestApp(options: options => options.OnSessionEnded = async (context, cancel) =>
        {
            reasons.Add(context.Reason);
            await context.RedeemAsync([new("grant_type", "authorization_code"), new("code", "c1")], cancel);
        });
        await app.SignInAsync();
        app.Server.Then(StubServer.Error(HttpStatusCode.BadRequest, "invalid_grant"));

        var tokens = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => app.TokenAsync())));

        tokens.Distinct().Should().Equal("at-2");
        reasons.Should().Equal(SessionEndReason.Unspecified);
        app.Server.Requests.Last()["code"].Should().Be("c1");
        (await app.StoredAsync()).Should().Be("rt-2");
    }

    [Test]
    public async Task First_use_without_a_session_asks_for_a_log_in()
    {
        var reasons = new List<SessionEndReason>();
        await using var app = new TestApp(options: options => options.OnSessionEnded = (context, _) =>
        {
            reasons.Add(context.Reason);
            context.SignIn(new TokenSet { RefreshToken = "rt-1", AccessToken = "at-1" });
            return default;
        });

        (await app.TokenAsync()).Should().Be("at-1");

        reasons.Should().Equal(SessionEndReason.NotSignedIn);
        app.Server.Requests.Should().BeEmpty();
    }

    [Test]
    public async Task Log_in_that_throws_or_does_nothing_leaves_the_session_ended()
    {
        await using var app = new TestApp(options: static options => options.OnSessionEnded = static (_, _) => throw new InvalidOperationException("the user closed the browser"));
        await app.SignInAsync();
        app.Server.Then(StubServer.Error(HttpStatusCode.BadRequest, "invalid_grant"));

        (await app.Client.GetTokenAsync()).Should().BeOfType<TokenResult.SessionEnded>();
        (await app.Client.GetTokenAsync()).Should().BeOfType<TokenResult.LoginRequired>();

        app.Logs.Of(506).Should().HaveCount(2);
    }

    [Test]
    public async Task Redeem_reports_what_the_server_refuses_and_keeps_the_former_session()
    {
        await using var app = new TestApp();
        await app.SignInAsync();
        app.Server.Then(StubServer.Error(HttpStatusCode.BadRequest, "authorization_pending"));

        (await app.Client.RedeemAsync([new("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), new("device_code", "d")])).Should().Be(new TokenResult.Refused("authorization_pending"));

        (await app.StoredAsync()).Should().Be("rt-1");
    }

    [Test]
    public async Task Sign_out_deletes_the_session()
    {
        await using var app = new TestApp(options: static options => options.RevocationEndpoint = new Uri("https://login.example/revoke"));
        await app.SignInAsync(accessToken: "at-1");

        (await app.Client.SignOutAsync()).Should().BeTrue();

        app.Server.Requests.Should().ContainSingle().Which["token"].Should().Be("rt-1");
        (await app.StoredAsync()).Should().BeNull();
        (await app.Client.GetTokenAsync()).Should().BeOfType<TokenResult.LoginRequired>();
        (await app.Client.SignOutAsync()).Should().BeFalse();
    }
}
