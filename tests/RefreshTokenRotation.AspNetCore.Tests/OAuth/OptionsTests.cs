using Microsoft.Extensions.Options;
using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests;

/// <summary>What is out of bounds stops the start, and the message names the option, its value and the bound.</summary>
public sealed class OptionsTests
{
    private static IEnumerable<TestCaseData> Wrong()
    {
        yield return Case("TokenPath ('token')*begins with '/'", options => options.TokenPath = "token");
        yield return Case("TokenPath ('/')*", options => options.TokenPath = "/");
        yield return Case("JwksPath ('/keys?x')*without query", options => options.JwksPath = "/keys?x");
        yield return Case("TokenPath and RevocationPath are the same path ('/oauth')", options => options.TokenPath = options.RevocationPath = "/oauth");
        yield return Case("Issuer ('login.example')*absolute", options => options.Issuer = "login.example");
        yield return Case("Issuer ('https://login.example/#x')*fragment", options => options.Issuer = "https://login.example/#x");
        yield return Case("RefusedTokenStatusCode (401) must be 400 or 403", options => options.RefusedTokenStatusCode = 401);
        yield return Case("MaximumBodySize (1023) must be between 1024 and 1048576", options => options.MaximumBodySize = 1023);
        yield return Case("MaximumBodySize (1048577)*", options => options.MaximumBodySize = 1048577);
        yield return Case("RetryAfter (00:00:00) must be between 00:00:01 and 01:00:00", options => options.RetryAfter = TimeSpan.Zero);
        yield return Case("RetryAfter (00:00:01.5000000)*whole seconds", options => options.RetryAfter = TimeSpan.FromSeconds(1.5));
        yield return Case("Clients[6] is null", options => options.Clients.Add(null!));
        yield return Case("Clients[6].ClientId ('')*1 to 255", options => options.Clients.Add(new OAuthClient { ClientId = string.Empty }));
        yield return Case("Clients[6].ClientId ('spa') is listed twice", options => options.Clients.Add(new OAuthClient { ClientId = "spa" }));
        yield return Case("Clients['x'] has 0 SecretHashes and the AuthenticationMethod ClientSecret", options =>
            options.Clients.Add(new OAuthClient { ClientId = "x", AuthenticationMethod = ClientAuthenticationMethod.ClientSecret }));
        yield return Case("Clients['x'] has 1 SecretHashes and the AuthenticationMethod None", options =>
            options.Clients.Add(new OAuthClient { ClientId = "x", SecretHashes = [ClientSecret.Hash("s")] }));
        yield return Case("Clients['x'].SecretHashes must hold what ClientSecret.Hash returns", options =>
            options.Clients.Add(new OAuthClient { ClientId = "x", AuthenticationMethod = ClientAuthenticationMethod.ClientSecret, SecretHashes = ["plain text"] }));
        yield return Case("Clients['x'] has the AuthenticationMethod PrivateKeyJwt but no JsonWebKeySet", options =>
            options.Clients.Add(new OAuthClient { ClientId = "x", AuthenticationMethod = ClientAuthenticationMethod.PrivateKeyJwt }));
        foreach (var keys in new[] { "no JSON", "{}", """{"keys":[]}""" })
        {
            yield return Case("Clients['x'].JsonWebKeySet must be a JSON Web Key Set with a key: {\"keys\":[...]}", options => options.Clients.Add(
                new OAuthClient { ClientId = "x", AuthenticationMethod = ClientAuthenticationMethod.PrivateKeyJwt, JsonWebKeySet = keys }));
        }

        yield return Case("Clients['x'].JsonWebKeySet must contain only public keys", options => options.Clients.Add(new OAuthClient
        {
            ClientId = "x",
            AuthenticationMethod = ClientAuthenticationMethod.PrivateKeyJwt,
            JsonWebKeySet = """{"keys":[{"kty":"EC","d":"secret"}]}""",
        }));
        yield return Case("Clients['x'].AuthenticationMethod (9)*", options =>
            options.Clients.Add(new OAuthClient { ClientId = "x", AuthenticationMethod = (ClientAuthenticationMethod)9 }));
        yield return Case("Clients['x'] has AllowIntrospection*public client", options =>
            options.Clients.Add(new OAuthClient { ClientId = "x", AllowIntrospection = true }));
        yield return Case("Clients['x'] has the SenderConstraint DPoP, but AddDPoP was not called", options =>
            options.Clients.Add(new OAuthClient { ClientId = "x", SenderConstraint = SenderConstraint.DPoP }));
        yield return Case("Clients['x'] has the SenderConstraint MutualTls, but AddMutualTls was not called", options =>
            options.Clients.Add(new OAuthClient { ClientId = "x", SenderConstraint = SenderConstraint.MutualTls }));
        yield return Case("Clients['x'].SenderConstraint (9)*", options => options.Clients.Add(new OAuthClient { ClientId = "x", SenderConstraint = (SenderConstraint)9 }));
        yield return Case("Clients['x'].DefaultAudience ('api')*absolute", options => options.Clients.Add(new OAuthClient { ClientId = "x", DefaultAudience = "api" }));
        yield return Case("Clients['x'].AllowedOrigins ('https://app.example/')*", options =>
            options.Clients.Add(new OAuthClient { ClientId = "x", AllowedOrigins = ["https://app.example/"] }));
        yield return Case("Clients['x'].AllowedOrigins ('*')*", options => options.Clients.Add(new OAuthClient { ClientId = "x", AllowedOrigins = ["*"] }));
        yield return Case("Clients['x'].RefusedTokenStatusCode (401) must be 400 or 403", options =>
            options.Clients.Add(new OAuthClient { ClientId = "x", RefusedTokenStatusCode = 401 }));
        yield return Case("Clients['x'] holds a list that is null", options => options.Clients.Add(new OAuthClient { ClientId = "x", GrantTypes = null! }));
        yield return Case("Apis[3] is null", options => options.Apis.Add(null!));
        yield return Case("Apis[3].Audience ('/api')*absolute", options => options.Apis.Add(new OAuthApi { Audience = "/api" }));
        yield return Case("Apis[3].Audience ('https://api1.example/') is listed twice", options => options.Apis.Add(new OAuthApi { Audience = Clients.Api1 }));
        yield return Case("Apis[3].AccessTokenLifetime (00:00:00) must be at least 00:00:01", options =>
            options.Apis.Add(new OAuthApi { Audience = "urn:x", AccessTokenLifetime = TimeSpan.Zero }));
        yield return Case("Apis[3].Scopes*", options => options.Apis.Add(new OAuthApi { Audience = "urn:x", Scopes = ["a b"] }));
    }

    [TestCaseSource(nameof(Wrong))]
    public async Task Option_out_of_bounds_stops_the_start(string message, Action<RefreshTokenEndpointOptions> configure)
    {
        var start = () => TestHost.StartAsync(setup => setup.Endpoints(configure));

        (await start.Should().ThrowAsync<OptionsValidationException>()).Which.Message.Should().Match($"*{message}*");
    }

    [Test]
    public async Task Message_never_shows_a_secret_that_nobody_hashed()
    {
        var start = () => TestHost.StartAsync(setup => setup.Endpoints(options => options.Clients.Add(
            new OAuthClient { ClientId = "x", AuthenticationMethod = ClientAuthenticationMethod.ClientSecret, SecretHashes = ["plain text"] })));

        (await start.Should().ThrowAsync<OptionsValidationException>()).Which.Message.Should().NotContain("plain text");
    }

    [TestCase("capacitor://localhost")]
    [TestCase("http://localhost:5001")]
    [TestCase("https://xn--bcher-kva.example")]
    public async Task Origin_as_browsers_send_it_is_accepted(string origin)
    {
        await using var host = await TestHost.StartAsync(setup => setup.Endpoints(options =>
            options.Clients.Add(new OAuthClient { ClientId = "x", AllowedOrigins = [origin] })));

        var answer = await host.TokenAsync("grant_type=refresh_token&client_id=x&refresh_token=x", request => request.Headers.TryAddWithoutValidation("Origin", origin));

        answer.Header("Access-Control-Allow-Origin").Should().Be(origin);
    }

    [Test]
    public async Task Body_limit_and_path_are_the_options()
    {
        await using var host = await TestHost.StartAsync(setup => setup.Endpoints(options => (options.TokenPath, options.MaximumBodySize) = ("/t/{tenant}/token", 1024)));
        var issued = await host.IssueAsync();
        var form = $"grant_type=refresh_token&client_id=spa&refresh_token={issued.RefreshToken.Reveal()}&x=";

        (await host.PostAsync("/t/1/token", form + new string('x', 1025 - form.Length))).ShouldBeError(413, "invalid_request");
        ((int)(await host.PostAsync("/t/1/token", form + new string('x', 1024 - form.Length))).Status).Should().Be(200);
        ((int)(await host.TokenAsync(form)).Status).Should().Be(404);
    }

    private static TestCaseData Case(string message, Action<RefreshTokenEndpointOptions> configure) =>
        new TestCaseData(message, configure).SetArgDisplayNames(message);
}
