using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.SecurityEvents;

/// <summary>Which security events are sent for what, and what they say.</summary>
[TestFixture]
internal sealed class SecurityEventTests
{
    [Test]
    public async Task Reuse_ends_a_session_and_compromises_a_credential()
    {
        var events = new SecurityEventHost();
        var host = await events.StartAsync();
        var issued = await host.IssueAsync(tenant: "");
        await host.RefreshAsync(issued.RefreshToken.Reveal());
        host.Time.Advance(TimeSpan.FromSeconds(90));
        (await host.RefreshAsync(issued.RefreshToken.Reveal())).ShouldBeError(400, "invalid_grant");
        await StopAsync(host);

        var read = events.Read.ToList();
        read.Select(sent => sent.Type).Should().Equal("session-revoked", "credential-compromise");
        var (_, claims, content) = read[0];
        var now = FakeTime.Start.AddSeconds(90).ToUnixTimeSeconds();
        claims.EnumerateObject().Select(member => member.Name).Should().BeEquivalentTo("iss", "jti", "iat", "aud", "sub_id", "events");
        claims.GetProperty("iss").GetString().Should().Be(SecurityEventHost.Issuer);
        claims.GetProperty("aud").GetString().Should().Be(SecurityEventHost.Audience);
        claims.GetProperty("iat").GetInt64().Should().Be(now);
        Text(claims.GetProperty("sub_id")).Should().Be(
            $$$"""{"format":"complex","user":{"format":"iss_sub","iss":"https://login.example/","sub":"alice"},"session":{"format":"opaque","id":"{{{issued.Family.FamilyId:N}}}"}}""");
        Text(content).Should().Be($$$"""{"event_timestamp":{{{now}}},"initiating_entity":"policy","reason_admin":{"en":"reuse_detected"}}""");
        Text(read[1].Claims.GetProperty("sub_id")).Should().Be("""{"format":"iss_sub","iss":"https://login.example/","sub":"alice"}""");
        read[1].Content.GetProperty("credential_type").GetString().Should().Be("refresh_token");
        events.Sent.Select(token => token.Id).Should().OnlyHaveUniqueItems();
        CompactJws.Parse(events.Sent.First().Value)!.Type.Should().Be("secevent+jwt");
        events.Sent.First().ToString().Should().NotContain("alice").And.NotContain(events.Sent.First().Value);
    }

    [Test]
    public async Task Changed_credentials_are_told_beside_the_end_of_all_sessions()
    {
        var events = new SecurityEventHost();
        var host = await events.StartAsync();
        await host.IssueAsync();
        await host.IssueAsync(Clients.OtherPublic);
        await host.Families.RevokeAsync(TokenFamilyFilter.ForUser("alice"), RevocationReason.CredentialsChanged);
        await StopAsync(host);

        var read = events.Read.ToList();
        read.Select(sent => sent.Type).Should().Equal("session-revoked", "credential-change");
        Text(read[0].Claims.GetProperty("sub_id")).Should().Be("""{"format":"iss_sub","iss":"https://login.example/","sub":"alice"}""");
        (read[1].Content.GetProperty("credential_type").GetString(), read[1].Content.GetProperty("change_type").GetString()).Should().Be(("password", "update"));
    }

    [Test]
    public async Task Delivery_that_fails_costs_the_others_nothing_and_is_counted()
    {
        using var recorder = new MetricRecorder();
        var events = new SecurityEventHost();
        var host = await TestHost.StartAsync(setup => setup.Build = rotation =>
        {
            rotation.Services.AddSingleton<ISecurityEventDelivery, BrokenDelivery>();
            events.AddTo(rotation);
        });
        await host.IssueAsync();
        await host.Families.RevokeAsync(TokenFamilyFilter.ForUser("alice"), RevocationReason.CredentialsChanged);
        var logs = host.Logs;
        await StopAsync(host);

        events.Read.Select(sent => sent.Type).Should().Equal("session-revoked", "credential-change");
        logs.Of(346).Should().HaveCount(2);
        recorder.Sum(EndpointTelemetry.SecurityEventsLost, "reason=failed").Should().Be(2);
    }

    [Test]
    public async Task Subject_names_the_tenant_of_its_user()
    {
        var events = new SecurityEventHost();
        var host = await events.StartAsync();
        await host.IssueAsync(tenant: "acme");
        await host.Families.RevokeAsync(TokenFamilyFilter.ForUser("alice") with { TenantId = "acme" }, RevocationReason.CredentialsChanged);
        await StopAsync(host);

        events.Read.Select(sent => Text(sent.Claims.GetProperty("sub_id"))).Should().HaveCount(2).And.AllBe(
            """{"format":"complex","user":{"format":"iss_sub","iss":"https://login.example/","sub":"alice"},"tenant":{"format":"opaque","id":"acme"}}""");
    }

    [Test]
    public async Task Subject_of_a_theft_names_the_tenant()
    {
        var events = new SecurityEventHost();
        var host = await events.StartAsync();
        var stolen = new ExchangeRequest { RefreshToken = (await host.IssueAsync(tenant: "acme")).RefreshToken, ClientId = Clients.Public, TenantId = "acme" };
        await host.Tokens.ExchangeAsync(stolen);
        host.Time.Advance(TimeSpan.FromSeconds(90));
        await host.Tokens.ExchangeAsync(stolen);
        await StopAsync(host);

        events.Read.Select(sent => Text(sent.Claims.GetProperty("sub_id"))).Should().HaveCount(2)
            .And.OnlyContain(subject => subject.Contains(""","tenant":{"format":"opaque","id":"acme"}""", StringComparison.Ordinal));
    }

    [Test]
    public async Task Subject_says_no_more_than_what_ended()
    {
        var events = new SecurityEventHost();
        var host = await events.StartAsync();
        foreach (var filter in new TokenFamilyFilter[]
        {
            TokenFamilyFilter.ForUserAndClient("alice", Clients.Public) with { TenantId = "acme" },
            TokenFamilyFilter.ForClient(Clients.Public),
            TokenFamilyFilter.ForTenant("acme"),
            TokenFamilyFilter.ForTenant(string.Empty),
            TokenFamilyFilter.ForUser("alice", except: Guid.NewGuid()),
            TokenFamilyFilter.ForGrant("alice", Clients.Public, Clients.Api1),
        })
        {
            await host.IssueAsync(tenant: filter.TenantId);
            (await host.Families.RevokeAsync(filter)).Should().Be(1);
        }

        await StopAsync(host);

        events.Read.Select(sent => Text(sent.Claims.GetProperty("sub_id"))).Should().Equal(
            """{"format":"complex","user":{"format":"iss_sub","iss":"https://login.example/","sub":"alice"},"application":{"format":"opaque","id":"spa"},"tenant":{"format":"opaque","id":"acme"}}""",
            """{"format":"complex","application":{"format":"opaque","id":"spa"}}""",
            """{"format":"complex","tenant":{"format":"opaque","id":"acme"}}""");
    }

    [Test]
    public async Task Shadow_mode_refusals_and_migrations_send_nothing()
    {
        var events = new SecurityEventHost();
        var host = await events.StartAsync(static setup => setup.Policy(RotationPolicy.Strict with { ShadowMode = true }));
        var issued = await host.IssueAsync();
        await host.RefreshAsync(issued.RefreshToken.Reveal());
        (await host.RefreshAsync(issued.RefreshToken.Reveal())).ShouldBeError(400, "invalid_grant");
        await host.Families.RevokeAsync(TokenFamilyFilter.ForUser("alice"), RevocationReason.Migrated);
        await StopAsync(host);

        events.Sent.Should().BeEmpty();
    }

    [Test]
    public async Task What_is_missing_stops_the_start()
    {
        await FluentActions.Awaiting(() => TestHost.StartAsync(static setup => setup.Build = static rotation => rotation.AddSecurityEvents(static _ => { })))
            .Should().ThrowAsync<Exception>().WithMessage("*Audience*Issuer*IJsonWebTokenSigner*");
        await FluentActions.Awaiting(() => TestHost.StartAsync(static setup => setup.Build = static rotation => rotation.AddSecurityEventPush(static options =>
                (options.Endpoint, options.Folder, options.Capacity, options.RetryAfter) = (new Uri("http://receiver.example/"), "queue", 0, TimeSpan.Zero))))
            .Should().ThrowAsync<Exception>().WithMessage("*Endpoint*Folder*Capacity*RetryAfter*");
        await FluentActions.Awaiting(() => TestHost.StartAsync(static setup => setup.Build = static rotation => rotation.AddSecurityEventReceiver(static options =>
            {
                (options.Path, options.MaximumAge) = ("x", TimeSpan.Zero);
                options.Senders.Add(new SecurityEventSender());
            })))
            .Should().ThrowAsync<Exception>().WithMessage("*Path*Audience*MaximumAge*Senders*");
    }

    /// <summary>Events are handled by then.</summary>
    private static async Task StopAsync(TestHost host)
    {
        await host.StopAsync();
        await host.DisposeAsync();
    }

    private static string Text(JsonElement element) => element.GetRawText();

    private sealed class BrokenDelivery : ISecurityEventDelivery
    {
        public ValueTask DeliverAsync(SecurityEventToken token, CancellationToken cancellationToken) => throw new IOException("the bus is down");
    }
}
