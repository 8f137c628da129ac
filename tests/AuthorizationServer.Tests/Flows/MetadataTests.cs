using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuthorizationServer.Tests.Support;

namespace AuthorizationServer.Tests.Flows;

[TestFixture]
internal sealed class MetadataTests
{
    private Backend _backend = null!;

    [SetUp]
    public void SetUp() => _backend = new(SharedServer.Origin);

    [TearDown]
    public void TearDown() => _backend.Dispose();

    [TestCase("/.well-known/openid-configuration")]
    [TestCase("/.well-known/oauth-authorization-server")]
    public async Task Metadata_name_every_endpoint_and_each_answers(string path)
    {
        var metadata = await _backend.GetAsync(path);

        metadata["issuer"].Should().Be(SharedServer.Origin + "/");
        Strings(metadata, "grant_types_supported").Should()
            .BeEquivalentTo("authorization_code", "client_credentials", "password", "urn:ietf:params:oauth:grant-type:device_code", "refresh_token");
        Strings(metadata, "scopes_supported").Should().Contain(["openid", "profile", "email", "offline_access", "read:messages"]);
        Strings(metadata, "code_challenge_methods_supported").Should().Equal("S256");
        Strings(metadata, "response_modes_supported").Should().Equal("query", "fragment", "form_post", "web_message");
        foreach (var name in new[]
                 {
                     "authorization_endpoint", "device_authorization_endpoint", "userinfo_endpoint", "token_endpoint", "revocation_endpoint",
                     "introspection_endpoint", "end_session_endpoint", "jwks_uri",
                 })
        {
            metadata[name].Should().StartWith(SharedServer.Origin + "/", "{0} is an address of this server", name);
            (await _backend.GetAsync(metadata[name]!)).Status.Should().NotBe(HttpStatusCode.NotFound, "{0} is there", name);
        }
    }

    [Test]
    public async Task Published_key_verifies_the_tokens()
    {
        var tokens = await _backend.PasswordAsync();
        var keys = JsonElement.Parse((await _backend.GetAsync("/.well-known/jwks.json")).Text).GetProperty("keys");

        foreach (var token in new[] { tokens["id_token"]!, tokens["access_token"]! })
        {
            var parts = token.Split('.');
            var header = JsonElement.Parse(Base64Url.DecodeFromChars(parts[0]));
            var key = keys.EnumerateArray().Single(key => key.GetProperty("kid").GetString() == header.GetProperty("kid").GetString());
            using var rsa = RSA.Create(new RSAParameters
            {
                Modulus = Base64Url.DecodeFromChars(key.GetProperty("n").GetString()),
                Exponent = Base64Url.DecodeFromChars(key.GetProperty("e").GetString()),
            });

            header.GetProperty("alg").GetString().Should().Be("RS256");
            rsa.VerifyData(
                Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                .Should().BeTrue();
            key.TryGetProperty("d", out _).Should().BeFalse();
        }
    }

    private static IEnumerable<string?> Strings(Reply reply, string name) => reply.Json.GetProperty(name).EnumerateArray().Select(value => value.GetString());
}
