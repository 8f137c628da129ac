using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.SecurityEvents;

/// <summary>What one server sends, another receives.</summary>
[TestFixture]
internal sealed class SecurityEventRoundTripTests
{
    private readonly AssertionKey _key = AssertionKey.Create("ES256");

    [OneTimeTearDown]
    public void TearDown() => _key.Dispose();

    [Test]
    public async Task Events_of_a_server_end_the_same_users_sessions_at_its_receiver()
    {
        var events = new SecurityEventHost { Key = _key };
        var sender = await events.StartAsync();
        await using var receiver = await StartReceiverAsync();
        var one = await receiver.Tokens.IssueAsync(Local("alice", "s1"));
        var two = await receiver.Tokens.IssueAsync(Local("alice", "s2"));
        var bob = await receiver.Tokens.IssueAsync(Local("bob", "s1"));

        await sender.Tokens.IssueAsync(new IssueRequest { Subject = "alice", ClientId = Clients.Public, SessionId = "s1" });
        await sender.Families.RevokeAsync(new TokenFamilyFilter { Subject = "alice", SessionId = "s1" });
        await DeliverAsync(events, receiver, 1);

        await receiver.ShouldStillExchangeAsync(two.RefreshToken);
        (await receiver.Families.FindAsync(one.Family.FamilyId))!.RevocationReason.Should().Be(RevocationReason.SessionEnded);

        await sender.IssueAsync();
        await sender.Families.RevokeAsync(TokenFamilyFilter.ForUser("alice"), RevocationReason.CredentialsChanged);
        await DeliverAsync(events, receiver, 2);
        await sender.DisposeAsync();

        (await receiver.Families.FindAsync(two.Family.FamilyId))!.RevocationReason.Should().Be(RevocationReason.SessionEnded);
        await receiver.ShouldStillExchangeAsync(bob.RefreshToken);
    }

    private static IssueRequest Local(string user, string session) => new() { Subject = "local-" + user, ClientId = Clients.Public, SessionId = session };

    private static async Task DeliverAsync(SecurityEventHost sender, TestHost receiver, int count)
    {
        await Eventually.HoldsAsync(() => Task.FromResult(sender.Sent.Count >= count), "the events were handed on");
        sender.Sent.Should().HaveCount(count);
        while (sender.Sent.TryDequeue(out var token))
        {
            var answer = await receiver.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/security-events")
            {
                Content = new StringContent(token.Value, new MediaTypeHeaderValue("application/secevent+jwt")),
            });
            ((int)answer.Status).Should().Be(202, answer.Text);
        }
    }

    private Task<TestHost> StartReceiverAsync() => TestHost.StartAsync(setup =>
    {
        setup.Build = rotation => rotation.UseSubjectIdentifierResolver<LocalNames>().AddSecurityEventReceiver(options =>
        {
            options.Audience = SecurityEventHost.Audience;
            options.Senders.Add(new SecurityEventSender { Issuer = SecurityEventHost.Issuer, JsonWebKeySet = _key.PublicKeySet() });
        });
        setup.Map = static endpoints => endpoints.MapSecurityEventReceiver();
    });

    private sealed class LocalNames : ISubjectIdentifierResolver
    {
        public ValueTask<string?> FindSubjectAsync(SubjectIdentifier identifier, string namedBy, string tenantId, CancellationToken cancellationToken) =>
            new(identifier is { Format: "iss_sub", Issuer: SecurityEventHost.Issuer } && namedBy == SecurityEventHost.Issuer ? "local-" + identifier.Subject : null);
    }
}
