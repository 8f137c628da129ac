using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using RefreshTokenRotation.Jwt.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Jwt.Tests;

[TestFixture]
internal sealed class ReadTests
{
    [TestCase(ConfirmationMethod.DPoP, "DPoP")]
    [TestCase(ConfirmationMethod.MutualTls, "Bearer")]
    public async Task Token_read_says_what_was_asked_for(ConfirmationMethod method, string type)
    {
        await using var issuing = new Issuing(options => options.SelectConfirmation = _ => method);
        var request = new AccessTokenRequest
        {
            Subject = "alice",
            ClientId = "spa",
            TenantId = "acme",
            Scopes = ["read", "write"],
            Resources = ["https://a.example", "https://b.example"],
            AuthenticationTime = FakeTime.Start.AddDays(-1),
            Acr = "urn:mfa",
            Amr = ["pwd", "otp"],
            SessionId = "session-1",
            SenderKeyThumbprint = "thumbprint-1",
            Generation = 7,
        };

        var issued = await issuing.AccessAsync(request);
        var read = await issuing.ValidateAsync(issued.Text);

        read.Should().BeEquivalentTo(new ValidatedAccessToken
        {
            Subject = "alice",
            ClientId = "spa",
            TenantId = "acme",
            Scopes = ["read", "write"],
            Resources = ["https://a.example", "https://b.example"],
            Issuer = Issuing.Issuer,
            TokenId = issued["jti"],
            IssuedAt = FakeTime.Start,
            ExpiresAt = FakeTime.Start.AddHours(1),
            TokenType = type,
            SessionId = "session-1",
            AuthenticationTime = FakeTime.Start.AddDays(-1),
            Acr = "urn:mfa",
            Amr = ["pwd", "otp"],
            SenderKeyThumbprint = "thumbprint-1",
            FamilyId = null,
            Generation = 7,
        });
    }

    [Test]
    public async Task Token_ends_at_its_own_instant()
    {
        await using var issuing = new Issuing();
        var token = (await issuing.IssueAsync()).Value;

        issuing.Time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromTicks(1));
        (await issuing.ValidateAsync(token)).Should().NotBeNull();
        issuing.Time.Advance(TimeSpan.FromTicks(1));
        (await issuing.ValidateAsync(token)).Should().BeNull();
    }

    [Test]
    public async Task ID_token_is_no_access_token()
    {
        await using var issuing = new Issuing();

        var issued = await issuing.IssueAsync(Issuing.Request("openid"));

        (await issuing.ValidateAsync(issued.Value)).Should().NotBeNull();
        (await issuing.ValidateAsync(issued.IdToken!)).Should().BeNull();
    }

    [Test]
    public async Task Token_of_another_issuer_with_the_same_key_is_refused()
    {
        await using var issuing = new Issuing();
        await using var other = new Issuing(options => options.Issuer = "https://issuer.example");

        (await issuing.ValidateAsync((await other.IssueAsync()).Value)).Should().BeNull();
    }

    [Test]
    public async Task Token_of_an_unknown_key_is_refused()
    {
        await using var issuing = new Issuing();
        await using var other = new Issuing(keys: [SigningKey.Generate(SigningAlgorithm.ES256)]);

        (await issuing.ValidateAsync((await other.IssueAsync()).Value)).Should().BeNull();
    }

    [Test]
    public async Task Token_signed_by_another_algorithm_than_the_one_of_its_key_is_refused([Values] SigningAlgorithm algorithm)
    {
        await using var issuing = new Issuing(keys: [Keys.Rsa, Keys.Ec with { ActivatesAt = FakeTime.Start.AddYears(-1) }, Keys.Pss with { ActivatesAt = FakeTime.Start }]);
        var key = Keys.Of(algorithm);
        var payload = (await issuing.AccessAsync()).Text.Split('.')[1];

        // The classic: the public key, which everybody knows, as the secret of an HMAC.
        using var document = System.Text.Json.JsonDocument.Parse(await issuing.KeySetAsync());
        var secret = Encoding.ASCII.GetBytes(document.RootElement.GetProperty("keys")[0].GetRawText());
        foreach (var alg in new[] { "HS256", "none", "NONE", "RS256", "PS256", "ES256", "RS512" })
        {
            var head = Segment($$"""{"alg":"{{alg}}","kid":"{{key.KeyId}}","typ":"at+jwt"}""");
            var mac = HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes($"{head}.{payload}"));

            (await issuing.ValidateAsync($"{head}.{payload}.{Base64Url.EncodeToString(mac)}")).Should().BeNull(alg);
            (await issuing.ValidateAsync($"{head}.{payload}.")).Should().BeNull(alg);
        }
    }

    [Test]
    public async Task RSA_signature_with_the_other_padding_is_refused()
    {
        using var rsa = RSA.Create(2048);
        await using var issuing = new Issuing(keys: [SigningKey.FromRsa(rsa, SigningAlgorithm.PS256)]);
        var parts = (await issuing.IssueAsync()).Value.Split('.');
        var data = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");

        var wrong = rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var right = rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);

        (await issuing.ValidateAsync($"{parts[0]}.{parts[1]}.{Base64Url.EncodeToString(wrong)}")).Should().BeNull();
        (await issuing.ValidateAsync($"{parts[0]}.{parts[1]}.{Base64Url.EncodeToString(right)}")).Should().NotBeNull();
    }

    [TestCase("""{"sub":"alice","client_id":"spa","iss":"https://issuer.example/"}""", false)]
    [TestCase("""{"sub":"alice","iss":"https://issuer.example/","exp":1767229200}""", false)]
    [TestCase("""{"client_id":"spa","iss":"https://issuer.example/","exp":1767229200}""", false)]
    [TestCase("""{"sub":"alice","client_id":"spa","exp":1767229200}""", false)]
    [TestCase("""{"sub":"alice","client_id":"spa","iss":"https://issuer.example/","exp":"soon"}""", false)]
    [TestCase("""{"sub":"alice","client_id":"spa","iss":"https://issuer.example/","exp":1e400}""", false)]
    [TestCase("""[1]""", false)]
    [TestCase("""{"sub":"alice","client_id":"spa","iss":"https://issuer.example/","exp":1767229200}""", true)]
    [TestCase("""{"sub":"alice","client_id":"spa","iss":"https://issuer.example/","exp":1767229200,"cnf":1,"rtr_fid":"x","rtr_gen":"y","amr":{}}""", true)]
    [TestCase("""{"sub":"alice","client_id":"spa","iss":"https://issuer.example/","exp":1767229200,"aud":7}""", false)]
    [TestCase("""{"sub":"alice","sub":"bob","client_id":"spa","iss":"https://issuer.example/","exp":1767229200}""", false)]
    [TestCase("""{"sub":"alice","client_id":"spa","iss":"https://issuer.example/","exp":1767229200,"cnf":{"jkt":"a","jkt":"b"}}""", false)]
    public async Task Payload_signed_by_our_key_needs_what_the_profile_requires(string payload, bool accepted)
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var issuing = new Issuing(keys: [SigningKey.FromECDsa(ecdsa)]);
        var data = $"{(await issuing.IssueAsync()).Value.Split('.')[0]}.{Segment(payload)}";

        var read = await issuing.ValidateAsync($"{data}.{Base64Url.EncodeToString(ecdsa.SignData(Encoding.ASCII.GetBytes(data), HashAlgorithmName.SHA256))}");

        (read is not null).Should().Be(accepted);
    }

    private static string Segment(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
