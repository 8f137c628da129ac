using System.Buffers.Text;
using System.Security.Cryptography;
using RefreshTokenRotation.Jwt.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Jwt.Tests;

/// <summary>The form of tokens is frozen: an access token is read by its header as it was written, and nodes of two versions work side by side.</summary>
[TestFixture]
internal sealed class GoldenTests
{
    private const string KeyId = "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U";

    [Test]
    public async Task Header_and_payload_are_the_frozen_ones()
    {
        await using var issuing = new Issuing(keys: [Example()]);

        var issued = await issuing.IssueAsync(new AccessTokenRequest
        {
            Subject = "alice",
            ClientId = "spa",
            TenantId = "acme",
            Scopes = ["openid", "read"],
            Resources = ["https://a.example", "https://b.example"],
            SessionId = "session-1",
            AuthenticationTime = FakeTime.Start.AddSeconds(-5.5),
            Acr = "urn:mfa",
            Amr = ["pwd", "otp"],
            Nonce = "n-1",
            SenderKeyThumbprint = "thumbprint",
            Generation = 4,
        });

        var (access, id) = (new ReadToken(issued.Value), new ReadToken(issued.IdToken!));
        access.HeaderText.Should().Be($$"""{"alg":"ES256","kid":"{{KeyId}}","typ":"at+jwt"}""");
        access.PayloadText.Replace(access["jti"]!, "JTI", StringComparison.Ordinal).Should().Be(
            """{"iss":"https://issuer.example/","sub":"alice","aud":["https://a.example","https://b.example"],"client_id":"spa","iat":1767225600,"exp":1767229200,"jti":"JTI","scope":"openid read","auth_time":1767225594,"acr":"urn:mfa","amr":["pwd","otp"],"sid":"session-1","org_id":"acme","cnf":{"jkt":"thumbprint"},"rtr_gen":4}""");
        id.HeaderText.Should().Be($$"""{"alg":"ES256","kid":"{{KeyId}}","typ":"JWT"}""");
        id.PayloadText.Replace(id["at_hash"]!, "HASH", StringComparison.Ordinal).Should().Be(
            """{"iss":"https://issuer.example/","sub":"alice","aud":"spa","azp":"spa","iat":1767225600,"exp":1767261600,"auth_time":1767225594,"acr":"urn:mfa","amr":["pwd","otp"],"sid":"session-1","org_id":"acme","nonce":"n-1","at_hash":"HASH"}""");
    }

    [Test]
    public async Task Published_set_is_the_frozen_one()
    {
        await using var issuing = new Issuing(keys: [Example()]);

        (await issuing.KeySetAsync()).Should().Be(
            $$"""{"keys":[{"crv":"P-256","kty":"EC","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","use":"sig","alg":"ES256","kid":"{{KeyId}}"}]}""");
    }

    /// <summary>The key of RFC 7515, appendix A.3.1.</summary>
    private static SigningKey Example() => SigningKey.FromECDsa(ECDsa.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint
        {
            X = Base64Url.DecodeFromChars("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
            Y = Base64Url.DecodeFromChars("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"),
        },
        D = Base64Url.DecodeFromChars("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"),
    }));
}
