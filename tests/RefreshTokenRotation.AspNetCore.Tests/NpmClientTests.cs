using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Jwt;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests;

/// <summary>Strict clients that others have written: discovery, refresh, introspection and revocation over HTTP.</summary>
[TestFixture]
internal sealed class NpmClientTests
{
    private const string Issuer = "https://login.example/";
    private const string Signer = "signer";

    [Test]
    public async Task Client_from_npm_refreshes_introspects_and_revokes(
        [Values("oauth4webapi", "openid-client")] string library,
        [Values("none", "client_secret_basic", "client_secret_post", "private_key_jwt RS256", "private_key_jwt PS256", "private_key_jwt ES256")] string method)
    {
        using var key = AssertionKey.Create(method.Split(' ').Last() is { Length: 5 } algorithm ? algorithm : "ES256");
        await using var host = await StartAsync(key);
        var client = method == "none" ? Clients.Public : method.StartsWith("client_secret", StringComparison.Ordinal) ? Clients.Confidential : Signer;
        var issued = await host.IssueAsync(client);

        var result = await NodeScript.RunAsync($"{library}.mjs", new
        {
            issuer = Issuer,
            address = host.Address,
            clientId = client,
            method = method.Split(' ')[0],
            secret = Clients.Secret,
            key = new { keyId = key.KeyId, algorithm = key.Algorithm, pkcs8 = key.Pkcs8() },
            refreshToken = issued.RefreshToken.Reveal(),
            introspector = new { clientId = Clients.Confidential, secret = Clients.Secret },
        });

        result.GetProperty("sameDocument").GetBoolean().Should().BeTrue();
        result.GetProperty("rotated").GetBoolean().Should().BeTrue();
        result.GetProperty("subject").GetString().Should().Be("alice");
        var active = $$"""{"active":true,"sub":"alice","client_id":"{{client}}"}""";
        result.GetProperty("before").GetRawText().Should().Be($"[{active},{active}]");
        result.GetProperty("own").GetRawText().Should().Be(method == "none" ? "null" : "true");
        result.GetProperty("after").GetRawText().Should().Be("""[{"active":false},{"active":false}]""");
        result.GetProperty("refused").GetString().Should().Be("400 invalid_grant");
        var family = await host.Families.FindAsync(issued.Family.FamilyId);
        (family!.Generation, family.RevocationReason).Should().Be((2, RevocationReason.ClientRequest));
    }

    private static Task<TestHost> StartAsync(AssertionKey key) => TestHost.StartAsync(setup =>
    {
        // The clients check times by the machine's clock.
        setup.Time.Set(DateTimeOffset.UtcNow);
        setup.UseStubIssuer = false;
        setup.Endpoints(options =>
        {
            options.Issuer = Issuer;
            options.Clients.Add(new OAuthClient
            {
                ClientId = Signer,
                AuthenticationMethod = ClientAuthenticationMethod.PrivateKeyJwt,
                JsonWebKeySet = key.PublicKeySet(),
                AllowIntrospection = true,
                IntrospectsAllTokens = true,
            });
        });
        setup.Build = builder => builder.UseJwtAccessTokens(options =>
        {
            options.Issuer = Issuer;
            options.SigningKeys.Add(SigningKey.Generate(SigningAlgorithm.RS256));
        });
    });
}
