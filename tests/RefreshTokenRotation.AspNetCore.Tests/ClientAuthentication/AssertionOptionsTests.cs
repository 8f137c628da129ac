using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.ClientAuthentication;

/// <summary>How long an assertion may live, and whom it may name.</summary>
public sealed class AssertionOptionsTests
{
    private const string Issuer = "https://login.example/";

    [TestCase(null, 60, true)]
    [TestCase(null, 61, true)]
    [TestCase(null, 62, false)]
    [TestCase(1, 2, true)]
    [TestCase(1, 3, false)]
    public async Task Longest_life_is_an_hour_or_what_the_option_says(int? minutes, int life, bool isAccepted)
    {
        await RunAsync(
            options => options.AssertionLifetime = minutes is { } bound ? TimeSpan.FromMinutes(bound) : options.AssertionLifetime,
            (host, claims) => claims["exp"] = host.Time.GetUtcNow().AddMinutes(life).ToUnixTimeSeconds(),
            isAccepted);
    }

    [TestCase("\"https://login.example/\"", true, true)]
    [TestCase("\"https://login.example\"", true, false)]
    [TestCase("\"https://login.example/oauth/token\"", true, false)]
    [TestCase("[\"https://login.example/\"]", true, false)]
    [TestCase("[\"https://login.example/\",\"https://login.example/oauth/token\"]", true, false)]
    [TestCase("\"https://login.example/oauth/revoke\"", false, false)]
    [TestCase("[\"https://login.example/\",\"https://other.example/\"]", false, false)]
    [TestCase("[]", false, false)]
    public async Task Audience_is_this_server_and_the_issuer_alone_where_the_option_says_so(string audience, bool byDefault, bool byIssuerAlone)
    {
        await RunAsync(static _ => { }, (_, claims) => claims["aud"] = JsonNode.Parse(audience), byDefault);
        await RunAsync(static options => options.AssertionAudienceIsIssuer = true, (_, claims) => claims["aud"] = JsonNode.Parse(audience), byIssuerAlone);
    }

    [TestCase("00:00:59")]
    [TestCase("1.00:00:01")]
    public async Task Longest_life_has_bounds(string life)
    {
        await FluentActions.Awaiting(() => TestHost.StartAsync(setup => setup.Endpoints(options => options.AssertionLifetime = TimeSpan.Parse(life, null))))
            .Should().ThrowAsync<Exception>().WithMessage($"*AssertionLifetime ({life})*");
    }

    [TestCase("a\0b")]
    [TestCase("a\nb")]
    public async Task Subject_with_control_characters_reaches_no_store(string subject)
    {
        using var key = AssertionKey.Create("ES256");
        await using var host = await TestHost.StartAsync(static setup =>
        {
            setup.Endpoints(static options => options.Issuer = Issuer);
            setup.Build = static rotation => rotation.UseClientStore<UnreachableClients>();
        });

        var answer = await SendAsync(host, key.Sign(AssertionKey.Claims(subject, Issuer, host.Time.GetUtcNow())));

        answer.ShouldBeError(400, "invalid_client");
    }

    private static async Task RunAsync(Action<RefreshTokenEndpointOptions> configure, Action<TestHost, JsonObject> change, bool isAccepted)
    {
        using var key = AssertionKey.Create("ES256");
        await using var host = await TestHost.StartAsync(setup => setup.Endpoints(options =>
        {
            options.Issuer = Issuer;
            options.Clients.Add(new OAuthClient { ClientId = "signer", AuthenticationMethod = ClientAuthenticationMethod.PrivateKeyJwt, JsonWebKeySet = key.PublicKeySet() });
            configure(options);
        }));
        var claims = AssertionKey.Claims("signer", Issuer, host.Time.GetUtcNow());
        change(host, claims);

        // The token is none, so that an accepted client gets another refusal.
        (await SendAsync(host, key.Sign(claims))).ShouldBeError(400, isAccepted ? "invalid_grant" : "invalid_client");
    }

    private static Task<Answer> SendAsync(TestHost host, string assertion) => host.TokenAsync(
        $"grant_type=refresh_token&refresh_token=x&client_assertion_type={Uri.EscapeDataString(ClientAssertionVerifier.AssertionType)}&client_assertion={assertion}");

    private sealed class UnreachableClients : IOAuthClientStore
    {
        public ValueTask<OAuthClient?> FindAsync(string clientId, string tenantId, CancellationToken cancellationToken) => throw new IOException("reached");
    }
}
