using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using RefreshTokenRotation.Jwt.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Jwt.Tests;

[TestFixture]
internal sealed class IdTokenTests
{
    [Test]
    public async Task ID_token_comes_with_the_scope_openid_alone()
    {
        await using var issuing = new Issuing();

        (await issuing.IssueAsync(Issuing.Request("openid"))).IdToken.Should().NotBeNull();
        (await issuing.IssueAsync(Issuing.Request("OpenID", "profile"))).IdToken.Should().BeNull();
    }

    [Test]
    public async Task ID_token_is_for_the_client_and_lives_as_long_as_the_options_say()
    {
        await using var issuing = new Issuing(options => options.IdTokenLifetime = TimeSpan.FromMinutes(30));

        var token = await issuing.IdAsync(new AccessTokenRequest
        {
            Subject = "alice",
            ClientId = "spa",
            Scopes = ["openid"],
            Resources = ["https://api.example"],
            Lifetime = TimeSpan.FromMinutes(1),
            TenantId = "acme",
        });

        token.Header.GetProperty("typ").GetString().Should().Be("JWT");
        token.ClaimNames.Should().Equal("iss", "sub", "aud", "azp", "iat", "exp", "org_id", "at_hash");
        token["aud"].Should().Be("spa");
        token["azp"].Should().Be("spa");
        token.Claims.GetProperty("iat").GetInt64().Should().Be(FakeTime.Start.ToUnixTimeSeconds());
        token.Claims.GetProperty("exp").GetInt64().Should().Be(FakeTime.Start.ToUnixTimeSeconds() + 1800);
    }

    [Test]
    public async Task Default_lifetime_is_ten_hours()
    {
        await using var issuing = new Issuing();

        (await issuing.IdAsync()).Claims.GetProperty("exp").GetInt64().Should().Be(FakeTime.Start.AddHours(10).ToUnixTimeSeconds());
    }

    [Test]
    public async Task Nonce_is_there_only_when_given()
    {
        await using var issuing = new Issuing();

        (await issuing.IdAsync()).Has("nonce").Should().BeFalse();
        (await issuing.IdAsync(new AccessTokenRequest { Subject = "alice", ClientId = "spa", Scopes = ["openid"], Nonce = "n-1" }))["nonce"]
            .Should().Be("n-1");
    }

    [Test]
    public async Task Hash_belongs_to_the_access_token_beside_it()
    {
        await using var issuing = new Issuing();

        var issued = await issuing.IssueAsync(Issuing.Request("openid"));

        new ReadToken(issued.IdToken!)["at_hash"].Should().Be(
            Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(issued.Value)).AsSpan(0, 16)));
    }
}
