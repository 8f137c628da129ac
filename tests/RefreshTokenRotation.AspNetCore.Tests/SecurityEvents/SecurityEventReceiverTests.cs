using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.AspNetCore.Tests.GlobalRevocation;
using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Testing;

namespace RefreshTokenRotation.AspNetCore.Tests.SecurityEvents;

/// <summary>Received security events (RFC 8935): whose are accepted, and what they end.</summary>
[TestFixture]
internal sealed class SecurityEventReceiverTests
{
    private const string Sender = "https://idp.example/";
    private const string Audience = "https://login.example/security-events";
    private const string SessionRevoked = SecurityEventTypes.SessionRevoked;

    private readonly AssertionKey _key = AssertionKey.Create("ES256");

    [OneTimeTearDown]
    public void TearDown() => _key.Dispose();

    [TestCase("""{"format":"iss_sub","iss":"https://idp.example/","sub":"a1"}""")]
    [TestCase("""{"format":"complex","user":{"format":"opaque","id":"alice-7"},"device":{"format":"opaque","id":"d1"}}""")]
    public async Task Revoked_session_ends_the_families_of_the_user(string subject)
    {
        await using var host = await StartAsync();
        var first = await host.IssueAsync();
        var second = await host.IssueAsync(Clients.OtherPublic);
        var bob = await host.Tokens.IssueAsync(new IssueRequest { Subject = "bob", ClientId = Clients.Public });

        ShouldBeAccepted(await SendAsync(host, Event(host, subject)));

        (await host.Families.FindAsync(first.Family.FamilyId))!.RevocationReason.Should().Be(RevocationReason.SessionEnded);
        (await host.Families.FindAsync(second.Family.FamilyId))!.RevocationReason.Should().Be(RevocationReason.SessionEnded);
        await host.ShouldStillExchangeAsync(bob.RefreshToken);
        host.Logs.Of(344).Should().ContainSingle().Which.Message.Should().Be("2 families ended by a session-revoked event of https://idp.example/");
    }

    [Test]
    public async Task Session_of_a_user_ends_alone_and_that_of_anybody_else_goes_on()
    {
        await using var host = await StartAsync();
        var ended = await SessionAsync(host, "s1");
        var living = await SessionAsync(host, "s2");

        ShouldBeAccepted(await SendAsync(host, Event(
            host, """{"format":"complex","session":{"format":"opaque","id":"s1"},"user":{"format":"opaque","id":"alice-7"}}""")));
        ShouldBeAccepted(await SendAsync(host, Event(
            host, """{"format":"complex","session":{"format":"opaque","id":"s2"},"user":{"format":"email","email":"nobody@example.com"}}""")));

        (await host.Families.FindAsync(ended.Family.FamilyId))!.RevokedAt.Should().NotBeNull();
        await host.ShouldStillExchangeAsync(living.RefreshToken);
    }

    [Test]
    public async Task Sessions_of_the_host_end_before_the_families()
    {
        var ended = new List<string?>();
        TestHost? host = null;
        TokenFamilyInfo? family = null;
        await using var started = host = await StartAsync(setup => setup.Endpoints(options => options.EndSessions = async (_, subject, session) =>
        {
            ended.Add($"{subject} {session}");
            (await host!.Families.FindAsync(family!.FamilyId))!.RevokedAt.Should().BeNull("the sessions come first");
        }));
        family = (await SessionAsync(host, "s1")).Family;

        ShouldBeAccepted(await SendAsync(host, Event(
            host, """{"format":"complex","session":{"format":"opaque","id":"s1"},"user":{"format":"opaque","id":"alice-7"}}""")));

        ended.Should().Equal("alice s1");
        (await host.Families.FindAsync(family.FamilyId))!.RevokedAt.Should().NotBeNull();
    }

    [Test]
    public async Task Application_narrows_the_event_to_a_client()
    {
        await using var host = await StartAsync();
        var ended = await host.IssueAsync();
        var living = await host.IssueAsync(Clients.OtherPublic);

        ShouldBeAccepted(await SendAsync(host, Event(
            host, $$$"""{"format":"complex","user":{"format":"opaque","id":"alice-7"},"application":{"format":"opaque","id":"{{{Clients.Public}}}"}}""")));

        (await host.Families.FindAsync(ended.Family.FamilyId))!.RevokedAt.Should().NotBeNull();
        await host.ShouldStillExchangeAsync(living.RefreshToken, Clients.OtherPublic);
    }

    [Test]
    public async Task Event_that_claims_to_come_from_the_future_ends_no_later_log_in()
    {
        await using var host = await StartAsync();
        var sent = Event(host, change: static claims => claims["events"]![SessionRevoked]!["event_timestamp"] = 4_000_000_000);
        host.Time.Advance(TimeSpan.FromMinutes(5));
        var later = await host.IssueAsync();

        ShouldBeAccepted(await SendAsync(host, sent));

        await host.ShouldStillExchangeAsync(later.RefreshToken);
    }

    [Test]
    public async Task Later_log_in_survives_a_late_event_and_a_repeated_one()
    {
        await using var host = await StartAsync();
        var before = await host.IssueAsync();
        var late = Event(host, change: claims => claims["events"]![SessionRevoked]!["event_timestamp"] = host.Time.GetUtcNow().ToUnixTimeSeconds());
        host.Time.Advance(TimeSpan.FromMinutes(5));
        var after = await host.IssueAsync();

        ShouldBeAccepted(await SendAsync(host, late));

        (await host.Families.FindAsync(before.Family.FamilyId))!.RevokedAt.Should().NotBeNull();
        await host.ShouldStillExchangeAsync(after.RefreshToken);
        var now = Event(host);
        ShouldBeAccepted(await SendAsync(host, now));
        var next = await host.IssueAsync();
        ShouldBeAccepted(await SendAsync(host, now));
        await host.ShouldStillExchangeAsync(next.RefreshToken);
    }

    [Test]
    public async Task Event_that_met_an_outage_acts_when_it_is_repeated()
    {
        await using var host = await StartAsync();
        var issued = await host.IssueAsync();
        var sent = Event(host);
        host.Store.OnNext(StoreCall.Revoke, StoreFault.ThrowBeforeWrite);

        ((int)(await SendAsync(host, sent)).Status).Should().Be(503);
        await SendAsync(host, sent);

        (await host.Families.FindAsync(issued.Family.FamilyId))!.RevokedAt.Should().NotBeNull();
    }

    [Test]
    public async Task What_is_not_a_valid_event_of_a_known_sender_is_refused_and_ends_nothing()
    {
        await using var host = await StartAsync();
        var issued = await host.IssueAsync();
        using var thief = AssertionKey.Create("ES256");
        var now = host.Time.GetUtcNow();
        (string Body, string Error)[] cases =
        [
            ("not a token", "invalid_request"),
            (_key.Sign(Claims(now)), "invalid_request"), // typ is JWT
            (_key.Sign(Claims(now), Header("at+jwt")), "invalid_request"),
            (Event(host, change: static claims => claims["iss"] = "https://other.example/"), "invalid_issuer"),
            (thief.Sign(Claims(now), Header()), "invalid_key"),
            (Event(host)[..^4] + "AAAA", "invalid_key"),
            (Event(host, change: static claims => claims["aud"] = "https://other.example/"), "invalid_audience"),
            (Event(host, change: static claims => claims.Remove("aud")), "invalid_audience"),
            (Event(host, change: static claims => claims.Remove("jti")), "invalid_request"),
            (Event(host, change: static claims => claims.Remove("iat")), "invalid_request"),
            (Event(host, change: claims => claims["iat"] = now.AddMinutes(2).ToUnixTimeSeconds()), "invalid_request"),
            (Event(host, change: claims => claims["iat"] = now.AddDays(-7).ToUnixTimeSeconds()), "invalid_request"),
            (Event(host, change: static claims => claims.Remove("events")), "invalid_request"),
            (Event(host, change: static claims => claims["events"]![SessionRevoked] = 7), "invalid_request"),
            (Event(host, change: static claims => claims.Remove("sub_id")), "invalid_request"),
            (Event(host, """{"format":"phone_number","phone_number":"+1"}"""), "invalid_request"),
            (Event(host, """{"format":"complex","device":{"format":"opaque","id":"d1"}}"""), "invalid_request"),
            (Event(host, """{"format":"complex","session":{"format":"opaque","id":"s1"},"user":{"format":"unknown"}}"""), "invalid_request"),
            (Event(host, """{"format":"complex","session":{"format":"opaque","id":"s1"}}"""), "invalid_request"), // anybody's
            (Event(host, """{"format":"complex","user":{"format":"opaque","id":"alice-7"},"session":{"format":"jwt_id","jti":"s1"}}"""), "invalid_request"),
            (Event(host, """{"format":"complex","user":{"format":"opaque","id":"alice-7"},"application":{"format":"opaque"}}"""), "invalid_request"),
            (Event(host, """{"format":"complex","user":{"format":"opaque","id":"alice-7"},"tenant":{"format":"iss_sub","iss":"https://x.example/","sub":"acme"}}"""), "invalid_request"),
            (Event(host, $$$"""{"format":"complex","user":{"format":"opaque","id":"alice-7"},"session":{"format":"opaque","id":"{{{new string('s', 256)}}}"}}"""), "invalid_request"),
            (Event(host, """{"format":"complex","user":{"format":"opaque","id":"alice-7"},"tenant":{"format":"opaque","id":"acme"}}"""), "invalid_request"),
        ];
        foreach (var (body, error) in cases)
        {
            var answer = await SendAsync(host, body);
            ((int)answer.Status).Should().Be(400, body);
            answer.Member("err").Should().Be(error, body);
            answer.ShouldNotBeCached();
        }

        ((int)(await SendAsync(host, Event(host), "application/jwt")).Status).Should().Be(400);
        ((int)(await host.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/security-events"))).Status).Should().Be(405);
        host.Logs.Of(345).Should().HaveCount(10, "a stranger must not fill the log");
        await host.ShouldStillExchangeAsync(issued.RefreshToken);
    }

    [Test]
    public async Task Sender_of_one_tenant_is_nobody_at_another()
    {
        await using var host = await StartAsync(static setup => setup.Tenants(static options => options.ResolveTenant = static _ => "acme"));

        (await SendAsync(host, Event(host))).Member("err").Should().Be("invalid_issuer");
    }

    [Test]
    public async Task Other_events_and_unknown_users_are_acknowledged()
    {
        await using var host = await StartAsync();
        var issued = await host.IssueAsync();

        ShouldBeAccepted(await SendAsync(host, Event(host, change: static claims => claims["events"] = new JsonObject { ["https://schemas.openid.net/secevent/ssf/event-type/verification"] = new JsonObject() })));
        ShouldBeAccepted(await SendAsync(host, Event(host, """{"format":"opaque","id":"nobody"}""")));
        ShouldBeAccepted(await SendAsync(host, Event(host, """{"format":"opaque","id":"nobody"}""", static claims => claims["aud"] = new JsonArray("https://other.example/", Audience))));

        await host.ShouldStillExchangeAsync(issued.RefreshToken);
    }

    private static void ShouldBeAccepted(Answer answer)
    {
        ((int)answer.Status).Should().Be(202, answer.Text);
        answer.Body.Should().BeEmpty();
    }

    private static async Task<IssueResult> SessionAsync(TestHost host, string session) =>
        await host.Tokens.IssueAsync(new IssueRequest { Subject = "alice", ClientId = Clients.Public, SessionId = session });

    private static Task<Answer> SendAsync(TestHost host, string body, string type = "application/secevent+jwt") =>
        host.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/security-events") { Content = new StringContent(body, new MediaTypeHeaderValue(type)) });

    private static JsonObject Claims(DateTimeOffset now, string? subject = null) => new()
    {
        ["iss"] = Sender,
        ["jti"] = Guid.NewGuid().ToString("N"),
        ["iat"] = now.ToUnixTimeSeconds(),
        ["aud"] = Audience,
        ["sub_id"] = JsonNode.Parse(subject ?? """{"format":"opaque","id":"alice-7"}"""),
        ["events"] = new JsonObject { [SessionRevoked] = new JsonObject() },
    };

    private JsonObject Header(string type = "secevent+jwt") => new() { ["alg"] = "ES256", ["typ"] = type, ["kid"] = _key.KeyId };

    private string Event(TestHost host, string? subject = null, Action<JsonObject>? change = null)
    {
        var claims = Claims(host.Time.GetUtcNow(), subject);
        change?.Invoke(claims);
        return _key.Sign(claims, Header());
    }

    private Task<TestHost> StartAsync(Action<TestHostSetup>? change = null) => TestHost.StartAsync(setup =>
    {
        setup.Build = rotation => rotation.UseSubjectIdentifierResolver<KnownNames>().AddSecurityEventReceiver(options =>
        {
            options.Audience = Audience;
            options.Senders.Add(new SecurityEventSender { Issuer = Sender, JsonWebKeySet = _key.PublicKeySet() });
        });
        setup.Map = static endpoints => endpoints.MapSecurityEventReceiver();
        change?.Invoke(setup);
    });
}
