using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Jwt;

namespace RefreshTokenRotation.AspNetCore.Tests.Introspection;

/// <summary>What an introspection says of access tokens: those of a family that has ended are not active.</summary>
[TestFixture]
internal sealed class AccessTokenIntrospectionTests
{
    private const string Inactive = """{"active":false}""";

    [Test]
    public async Task Access_token_is_active_as_long_as_its_family_lives()
    {
        await using var host = await TestHost.StartAsync(setup => setup.Endpoints(options => options.Issuer = "https://login.example/"));
        var issued = await host.IssueAsync();
        var refreshed = await host.RefreshAsync(issued.RefreshToken.Reveal());
        var now = host.Time.GetUtcNow().ToUnixTimeSeconds();

        (await AskAsync(host, refreshed.AccessToken!)).Text.Should().Be(
            $$"""{"active":true,"token_type":"Bearer","scope":"openid read write offline_access","client_id":"spa","sub":"alice","aud":"{{Clients.Api1}}","iss":"https://login.example/","exp":{{now + 3600}},"rtr_fid":"{{issued.Family.FamilyId:N}}"}""");

        await host.Families.RevokeAsync(TokenFamilyFilter.ForFamily(issued.Family.FamilyId), RevocationReason.User);
        (await AskAsync(host, refreshed.AccessToken!)).Text.Should().Be(Inactive);
    }

    [Test]
    public async Task Access_token_of_a_family_that_is_gone_is_inactive()
    {
        await using var host = await TestHost.StartAsync();
        var issued = await host.IssueAsync();
        var refreshed = await host.RefreshAsync(issued.RefreshToken.Reveal());

        await host.Families.DeleteAsync(TokenFamilyFilter.ForFamily(issued.Family.FamilyId));

        (await AskAsync(host, refreshed.AccessToken!)).Text.Should().Be(Inactive);
    }

    [Test]
    public async Task Replay_of_a_refresh_token_ends_the_access_tokens_of_its_family()
    {
        await using var host = await TestHost.StartAsync();
        var issued = await host.IssueAsync();
        var refreshed = await host.RefreshAsync(issued.RefreshToken.Reveal());

        (await host.RefreshAsync(issued.RefreshToken.Reveal())).ShouldBeError(400, "invalid_grant");

        (await AskAsync(host, refreshed.AccessToken!)).Text.Should().Be(Inactive);
    }

    [TestCase("DPoP", "jkt")]
    [TestCase("Bearer", "x5t#S256")]
    public async Task Every_member_of_a_token_without_family_is_told(string type, string confirmation)
    {
        await using var host = await StartAsync(new ValidatedAccessToken
        {
            Subject = "alice",
            ClientId = "c",
            Scopes = ["a", "b"],
            Resources = [Clients.Api1, Clients.Api2],
            Issuer = "https://issuer.example",
            TokenId = "j1",
            IssuedAt = DateTimeOffset.FromUnixTimeSeconds(100),
            ExpiresAt = DateTimeOffset.FromUnixTimeSeconds(200),
            TokenType = type,
            SessionId = "s1",
            AuthenticationTime = DateTimeOffset.FromUnixTimeSeconds(50),
            Acr = "a1",
            Amr = ["pwd"],
            SenderKeyThumbprint = "thumb",
        });

        (await AskAsync(host, "described")).Text.Should().Be(
            $$$"""{"active":true,"token_type":"{{{type}}}","scope":"a b","client_id":"c","sub":"alice","aud":["{{{Clients.Api1}}}","{{{Clients.Api2}}}"],"iss":"https://issuer.example","exp":200,"iat":100,"jti":"j1","sid":"s1","auth_time":50,"acr":"a1","amr":["pwd"],"cnf":{"{{{confirmation}}}":"thumb"}}""");
    }

    [Test]
    public async Task Access_token_of_another_tenant_is_inactive()
    {
        await using var host = await StartAsync(
            new ValidatedAccessToken { Subject = "alice", ClientId = "c", TenantId = "t2", ExpiresAt = DateTimeOffset.FromUnixTimeSeconds(200) });

        (await AskAsync(host, "described")).Text.Should().Be(Inactive);
    }

    [Test]
    public async Task Issuer_that_fails_is_an_outage()
    {
        await using var host = await StartAsync(description: null);

        (await AskAsync(host, "described")).ShouldBeError(503, "temporarily_unavailable");
    }

    [Test]
    public async Task Real_access_token_is_told_of_and_ends_with_its_family()
    {
        await using var host = await TestHost.StartAsync(setup =>
        {
            setup.UseStubIssuer = false;
            setup.Endpoints(options => options.Issuer = "https://login.example/");
            setup.Build = builder => builder.UseJwtAccessTokens(options =>
            {
                options.Issuer = "https://login.example/";
                options.SigningKeys.Add(SigningKey.Generate(SigningAlgorithm.ES256));
            });
        });
        var issued = await host.IssueAsync();
        var refreshed = await host.RefreshAsync(issued.RefreshToken.Reveal());

        var answer = await AskAsync(host, refreshed.AccessToken!);

        answer.Json.EnumerateObject().Select(member => member.Name).Should().Contain(
            ["active", "token_type", "scope", "client_id", "sub", "aud", "iss", "exp", "iat", "jti"]);
        (answer.Member("iss"), answer.Member("sub"), answer.Json.GetProperty("active").ValueKind).Should().Be(("https://login.example/", "alice", JsonValueKind.True));
        await host.PostAsync("/oauth/revoke", $"client_id={Clients.Public}&token={refreshed.RefreshToken}");
        (await AskAsync(host, refreshed.AccessToken!)).Text.Should().Be(Inactive);
    }

    private static Task<TestHost> StartAsync(ValidatedAccessToken? description) => TestHost.StartAsync(setup =>
    {
        setup.UseStubIssuer = false;
        setup.Build = builder => builder.Services.AddSingleton<IAccessTokenIssuer>(new Describer(description));
    });

    private static Task<Answer> AskAsync(TestHost host, string token) =>
        host.PostAsync("/oauth/introspect", $"token={token}", request => request.Basic(Clients.Confidential, Clients.Secret));

    private sealed class Describer(ValidatedAccessToken? description) : IAccessTokenIssuer
    {
        public ValueTask<AccessToken> IssueAsync(AccessTokenRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<ValidatedAccessToken?> ValidateAsync(string accessToken, CancellationToken cancellationToken) =>
            description is null ? throw new IOException("down") : new(accessToken == "described" ? description : null);
    }
}
