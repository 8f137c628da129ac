using System.Buffers.Text;
using System.Text.Json;

namespace RefreshTokenRotation.AspNetCore.Tests.ProofOfPossession;

/// <summary>The parts of a proof, by the examples of their specifications.</summary>
[TestFixture]
internal sealed class ProofPartsTests
{
    // RFC 7638 section 3.1.
    private const string RsaKey = """
        {"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}
        """;

    // RFC 9449 sections 4.1 and 6.1.
    private const string EllipticKey = """
        {"kty":"EC","x":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs","y":"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA","crv":"P-256"}
        """;

    [TestCase(RsaKey, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")]
    [TestCase(EllipticKey, "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I")]
    public void Thumbprint_is_that_of_the_specification(string key, string thumbprint) =>
        ProofKey.Thumbprint(ProofKey.Read(JsonElement.Parse(key))!).Should().Be(thumbprint);

    [TestCase(256, 3, true)]
    [TestCase(1024, 8, true)]
    [TestCase(1025, 3, false)]
    [TestCase(256, 9, false)]
    [TestCase(255, 3, false)]
    public void Key_of_a_stranger_has_a_bounded_size(int modulus, int exponent, bool accepted) =>
        (ProofKey.Read(JsonElement.Parse($$"""{"kty":"RSA","n":"{{Ones(modulus)}}","e":"{{Ones(exponent)}}"}""")) is not null).Should().Be(accepted);

    [TestCase("d")]
    [TestCase("k")]
    [TestCase("oth")]
    public void Key_with_a_private_member_is_rejected(string member) =>
        ProofKey.Read(JsonElement.Parse($$"""{"{{member}}":"AQAB",{{EllipticKey.Trim()[1..]}}""")).Should().BeNull();

    [TestCase("https://server.example/token")]
    [TestCase("HTTPS://SERVER.example:443/token")]
    [TestCase("https://server.example/token?a=b")]
    [TestCase("https://server.example/token#c")]
    [TestCase("https://server.example/x/../token")]
    [TestCase("https://server.example/%74oken")]
    public void Address_that_means_the_same_is_the_same(string address) => RequestAddress.IsSame(address, "https://server.example/token").Should().BeTrue();

    [TestCase("http://server.example/token")]
    [TestCase("https://server.example:8443/token")]
    [TestCase("https://server.example/Token")]
    [TestCase("https://server.example/token/")]
    [TestCase("https://user@server.example/token")]
    [TestCase("https://server.example.evil/token")]
    [TestCase("https:\\\\server.example\\token")]
    [TestCase(" https://server.example/token")]
    [TestCase("https://server.example")]
    [TestCase("file:///token")]
    [TestCase("/token")]
    [TestCase("")]
    public void Address_that_means_another_is_another(string address) => RequestAddress.IsSame(address, "https://server.example/token").Should().BeFalse();

    [TestCase("/a%2fb", "/a%2Fb", true)]
    [TestCase("/a%2Fb", "/a/b", false)]
    [TestCase("/%C3%BC%40", "/%c3%bc@", true)]
    public void Encoding_is_compared_by_what_it_stands_for(string left, string right, bool same) =>
        RequestAddress.IsSame("https://a.example" + left, "https://a.example" + right).Should().Be(same);

    [TestCase("""{"alg":"\ud800"}""")]
    [TestCase("""{"jwk":{"x\udfff":1}}""")]
    [TestCase("""{"crit":null,"a":["\ud83d"]}""")]
    public void Text_that_is_no_unicode_makes_no_token(string header) =>
        CompactJws.Parse($"{Support.AssertionKey.Encode(header)}.e30.AAAA").Should().BeNull();

    private static string Ones(int length) => Base64Url.EncodeToString([.. Enumerable.Repeat((byte)0xFF, length)]);
}
