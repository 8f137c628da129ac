using System.Security.Cryptography;
using System.Text.Json;
using AuthorizationServer.Flows.LogOut;
using AuthorizationServer.Setup;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using RefreshTokenRotation;

namespace AuthorizationServer.Tests.Flows;

[TestFixture]
internal sealed class IdTokenHintTests
{
    private const string Issuer = "https://login.example/";

    private RsaSecurityKey _key = null!;
    private IdTokenHints _hints = null!;

    [SetUp]
    public void SetUp()
    {
        _key = new RsaSecurityKey(RSA.Create(2048)) { KeyId = "1" };
        _hints = new IdTokenHints(new Keys(_key), new ServerSettings { Issuer = Issuer });
    }

    [TearDown]
    public void TearDown() => _key.Rsa.Dispose();

    [Test]
    public async Task Token_that_expired_years_ago_is_a_hint() =>
        (await _hints.ReadAsync(Token(), default)).Should().Be(new IdTokenHint("spa", "alice", "s1"));

    [Test]
    public async Task Token_without_a_session_is_a_hint_of_none() =>
        (await _hints.ReadAsync(Token(("sid", null)), default))!.SessionId.Should().BeNull();

    [Test]
    public async Task Nothing_is_no_hint([Values(null, "nonsense", "a.b.c", "e30.e30.")] string? token) =>
        (await _hints.ReadAsync(token, default)).Should().BeNull();

    [Test]
    public async Task Token_of_another_issuer_kind_or_key_is_no_hint()
    {
        using var other = RSA.Create(2048);
        (await _hints.ReadAsync(Token(("iss", "https://other.example/")), default)).Should().BeNull();
        (await _hints.ReadAsync(Token(type: "at+jwt"), default)).Should().BeNull();
        (await _hints.ReadAsync(Token(("aud", new[] { "spa", "web" })), default)).Should().BeNull();
        (await _hints.ReadAsync(Token(("sub", null)), default)).Should().BeNull();
        (await _hints.ReadAsync(Token(key: new RsaSecurityKey(other) { KeyId = "1" }), default)).Should().BeNull();
    }

    private string Token(params (string Name, object? Value)[] changes) => Token("JWT", _key, changes);

    private string Token(string type, params (string Name, object? Value)[] changes) => Token(type, _key, changes);

    private string Token(RsaSecurityKey key) => Token("JWT", key);

    private static string Token(string type, RsaSecurityKey key, params (string Name, object? Value)[] changes)
    {
        var claims = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["iss"] = Issuer,
            ["aud"] = "spa",
            ["sub"] = "alice",
            ["sid"] = "s1",
            ["iat"] = 1_500_000_000,
            ["exp"] = 1_500_000_060,
        };
        foreach (var (name, value) in changes)
        {
            claims.Remove(name);
            if (value is not null)
            {
                claims[name] = value;
            }
        }

        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            JsonSerializer.Serialize(claims), new SigningCredentials(key, SecurityAlgorithms.RsaSha256), new Dictionary<string, object> { ["typ"] = type });
    }

    private sealed class Keys(RsaSecurityKey key) : IJsonWebKeySetSource
    {
        public ValueTask<string> GetJsonWebKeySetAsync(CancellationToken cancellationToken)
        {
            var parameters = key.Rsa.ExportParameters(includePrivateParameters: false);
            var set = new { keys = new[] { new { kty = "RSA", kid = key.KeyId, n = Base64UrlEncoder.Encode(parameters.Modulus), e = Base64UrlEncoder.Encode(parameters.Exponent) } } };
            return new(JsonSerializer.Serialize(set));
        }
    }
}
