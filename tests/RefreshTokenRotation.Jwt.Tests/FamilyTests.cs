using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Jwt.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Jwt.Tests;

/// <summary>Tokens that the engine asks for, at a log-in and at each exchange.</summary>
[TestFixture]
internal sealed class FamilyTests
{
    private static readonly DateTimeOffset LogIn = FakeTime.Start.AddMinutes(-3);

    [Test]
    public async Task Exchanged_tokens_carry_family_and_generation_and_the_original_log_in()
    {
        await using var issuing = new Issuing();
        var first = await StartAsync(issuing);
        issuing.Time.Advance(TimeSpan.FromMinutes(10));

        var next = await ExchangeAsync(issuing, first.RefreshToken);

        var tokens = new[] { first.AccessToken!, next.AccessToken! };
        tokens.Select(token => new ReadToken(token.Value)[JwtClaims.FamilyId]).Should().AllBe(first.Family.FamilyId.ToString("N"));
        tokens.Select(token => new ReadToken(token.Value).Claims.GetProperty(JwtClaims.Generation).GetInt64()).Should().Equal(0, 1);
        foreach (var text in tokens.SelectMany(token => new[] { token.Value, token.IdToken! }))
        {
            var token = new ReadToken(text);
            token.Claims.GetProperty("auth_time").GetInt64().Should().Be(LogIn.ToUnixTimeSeconds());
            token["acr"].Should().Be("urn:mfa");
            token["sid"].Should().Be("session-1");
        }
    }

    [Test]
    public async Task Refreshed_ID_token_keeps_who_and_for_whom_and_has_no_nonce()
    {
        await using var issuing = new Issuing();
        var first = await StartAsync(issuing);
        issuing.Time.Advance(TimeSpan.FromMinutes(10));

        var next = await ExchangeAsync(issuing, first.RefreshToken);

        var (before, after) = (new ReadToken(first.AccessToken!.IdToken!), new ReadToken(next.AccessToken!.IdToken!));
        foreach (var claim in new[] { "iss", "sub", "aud", "azp", "auth_time" })
        {
            after[claim].Should().NotBeNull().And.Be(before[claim]);
        }

        after.Claims.GetProperty("iat").GetInt64().Should().Be(before.Claims.GetProperty("iat").GetInt64() + 600);
        before["nonce"].Should().Be("nonce-1");
        after.Has("nonce").Should().BeFalse("even if it were given");
    }

    [Test]
    public async Task Claims_source_that_sets_a_claim_of_the_protocol_consumes_nothing()
    {
        await using var issuing = new Issuing(build: builder => builder.AddClaimsSource<Overriding>());
        var first = await issuing.Families.IssueAsync(Grant());

        await issuing.Awaiting(it => ExchangeAsync(it, first.RefreshToken))
            .Should().ThrowAsync<InvalidOperationException>().WithMessage("*'sub'*");

        var again = await issuing.Families.ExchangeAsync(new ExchangeRequest { RefreshToken = first.RefreshToken, ClientId = "spa" });
        again.Should().BeOfType<ExchangeResult.Succeeded>("the policy is strict: a consumed token would have ended the family")
            .Which.Family.Generation.Should().Be(1);
    }

    [Test]
    public async Task Token_read_names_the_family_and_generation()
    {
        await using var issuing = new Issuing();
        var first = await StartAsync(issuing);
        var next = await ExchangeAsync(issuing, first.RefreshToken);

        var read = await issuing.ValidateAsync(next.AccessToken!.Value);

        read!.FamilyId.Should().Be(first.Family.FamilyId);
        read.Generation.Should().Be(1);
    }

    [Test]
    public async Task No_token_shows_a_part_of_the_refresh_token()
    {
        await using var issuing = new Issuing();
        var first = await StartAsync(issuing);
        var wire = first.RefreshToken.Reveal();

        var texts = new[] { first.AccessToken!.Value, first.AccessToken.IdToken! }.Select(token => new ReadToken(token).PayloadText);

        foreach (var text in texts)
        {
            for (var i = 8; i + 8 <= wire.Length; i++)
            {
                text.Should().NotContain(wire.Substring(i, 8));
            }
        }
    }

    private static IssueRequest Grant(IAccessTokenIssuer? issuer = null) => new()
    {
        Subject = "alice",
        ClientId = "spa",
        Scopes = ["openid", "offline_access"],
        SessionId = "session-1",
        AuthenticationTime = LogIn,
        Acr = "urn:mfa",
        Amr = ["pwd"],
        CreateAccessToken = issuer is null ? null : (context, cancel) => issuer.IssueAsync(AccessTokenRequest.For(context, nonce: "nonce-1"), cancel),
    };

    private static async Task<IssueResult> StartAsync(Issuing issuing) => await issuing.Families.IssueAsync(Grant(issuing.Tokens));

    private static async Task<ExchangeResult.Succeeded> ExchangeAsync(Issuing issuing, RefreshToken token) =>
        (await issuing.Families.ExchangeAsync(new ExchangeRequest
        {
            RefreshToken = token,
            ClientId = "spa",
            CreateAccessToken = (context, cancel) => issuing.Tokens.IssueAsync(AccessTokenRequest.For(context, nonce: "nonce-2"), cancel),
        })).Should().BeOfType<ExchangeResult.Succeeded>().Subject;

    private sealed class Overriding : IClaimsSource
    {
        public ValueTask AddClaimsAsync(ClaimsContext context, CancellationToken cancellationToken)
        {
            context.Add("sub", "mallory");
            return ValueTask.CompletedTask;
        }
    }
}
