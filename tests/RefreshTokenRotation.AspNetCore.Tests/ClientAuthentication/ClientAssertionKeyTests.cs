using System.Buffers.Text;
using System.Text.Json.Nodes;
using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.ClientAuthentication;

/// <summary>Which keys are asked, and what is no assertion at all.</summary>
[TestFixture]
internal sealed class ClientAssertionKeyTests
{
    private static readonly JsonObject Claims = new() { ["sub"] = "service" };

    private AssertionKey _key = null!;

    [OneTimeSetUp]
    public void SetUp() => _key = AssertionKey.Create("RS256");

    [OneTimeTearDown]
    public void TearDown() => _key.Dispose();

    [Test]
    public void New_and_old_key_are_valid_side_by_side()
    {
        using var old = AssertionKey.Create("ES256", "k0");
        var keys = _key.PublicKeySet(old.PublicKey());

        IsSigned(keys, _key.Sign(Claims)).Should().BeTrue();
        IsSigned(keys, old.Sign(Claims)).Should().BeTrue();
    }

    [Test]
    public void Token_that_names_no_key_is_tried_with_each()
    {
        using var nameless = AssertionKey.Create("RS256", keyId: null);

        IsSigned(_key.PublicKeySet(nameless.PublicKey()), nameless.Sign(Claims)).Should().BeTrue();
        IsSigned(_key.PublicKeySet(), nameless.Sign(Claims)).Should().BeFalse();
    }

    [TestCase("enc", null, false)]
    [TestCase("sig", null, true)]
    [TestCase(null, "RS256", true)]
    [TestCase(null, "PS256", false)]
    public void Key_serves_its_own_purpose_alone(string? use, string? algorithm, bool accepted) =>
        IsSigned(SetOf(_key.PublicKey(use, algorithm)), _key.Sign(Claims)).Should().Be(accepted);

    [Test]
    public void Short_keys_are_refused()
    {
        using var shortKey = AssertionKey.Create("RS256", rsaKeySize: 1024);

        IsSigned(shortKey.PublicKeySet(), shortKey.Sign(Claims)).Should().BeFalse();
    }

    [Test]
    public void Short_key_that_leading_zeros_make_long_is_refused()
    {
        using var shortKey = AssertionKey.Create("RS256", rsaKeySize: 1024);
        var padded = shortKey.PublicKey();
        padded["n"] = Base64Url.EncodeToString([.. new byte[128], .. Base64Url.DecodeFromChars((string)padded["n"]!)]);

        IsSigned(SetOf(padded), shortKey.Sign(Claims)).Should().BeFalse();
    }

    [Test]
    public void Second_spelling_of_a_key_is_refused()
    {
        var spelled = _key.PublicKey();
        var modulus = (string)spelled["n"]!;
        spelled["n"] = modulus[..^1] + (char)(modulus[^1] + 1); // 2,048 bits leave four spare bits in the last character

        IsSigned(SetOf(spelled), _key.Sign(Claims)).Should().BeFalse();
    }

    [TestCase("none")]
    [TestCase("HS256")]
    [TestCase("RS384")]
    [TestCase("ES256")]
    public void Algorithm_that_is_not_of_the_key_verifies_nothing(string algorithm) =>
        IsSigned(_key.PublicKeySet(), _key.Sign($$"""{"alg":"{{algorithm}}"}""", "{}")).Should().BeFalse();

    [Test]
    public void Changed_text_is_refused()
    {
        var parts = _key.Sign(Claims).Split('.');

        IsSigned(_key.PublicKeySet(), $"{parts[0]}.{AssertionKey.Encode("{\"sub\":\"admin\"}")}.{parts[2]}").Should().BeFalse();
        IsSigned(_key.PublicKeySet(), string.Join('.', parts)).Should().BeTrue();
    }

    [TestCase("")]
    [TestCase("a.b")]
    [TestCase("..")]
    [TestCase("a.b.c.d.e")]
    [TestCase("eyJhbGciOiJSUzI1NiJ9.e30.")]
    [TestCase("eyJhbGciOiJSUzI1NiJ9.e30. AAAA")]
    [TestCase("eyJhbGciOiJSUzI1NiJ9.e30.AA==")]
    [TestCase("e30.W10.AAAA")]
    [TestCase("W10.e30.AAAA")]
    [TestCase("eyJh.e30.AAAA")]
    [TestCase("eyJhbGciOiJSUzI1NiJ9.e30.A")]
    public void What_is_no_signed_object_is_none(string text)
    {
        CompactJws.Parse(text).Should().BeNull();
        ClientAssertionVerifier.ClaimedClient(text).Should().BeNull();
    }

    [TestCase("""{"alg":"RS256","alg":"none"}""", """{"sub":"a"}""")]
    [TestCase("""{"alg":"RS256"}""", """{"sub":"a","sub":"b"}""")]
    [TestCase("""{"alg":"RS256"}""", """{"a":[[[[[[[[[1]]]]]]]]]}""")]
    public void Doubled_and_deeply_nested_members_are_refused(string header, string payload) =>
        CompactJws.Parse($"{AssertionKey.Encode(header)}.{AssertionKey.Encode(payload)}.AAAA").Should().BeNull();

    [TestCase(null)]
    [TestCase("")]
    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("""{"keys":{}}""")]
    [TestCase("""{"keys":[],"keys":[]}""")]
    [TestCase("""{"keys":[{"kty":"EC","kty":"RSA"}]}""")]
    public void What_is_no_key_set_is_none(string? text) => JsonWebKeys.ParseSet(text).Should().BeNull();

    [TestCase("""{"keys":[]}""")]
    [TestCase("""{"keys":[1,{}]}""")]
    [TestCase("""{"keys":[{"kty":"RSA","kid":"k1","n":"","e":"AQAB"}]}""")]
    [TestCase("""{"keys":[{"kty":"RSA","kid":"k1","n":"AAAA","e":"AAAA"}]}""")]
    [TestCase("""{"keys":[{"kty":"oct","kid":"k1","k":"AAAA"}]}""")]
    public void Broken_keys_verify_nothing(string keys) => IsSigned(keys, _key.Sign(Claims)).Should().BeFalse();

    [Test]
    public void Point_beside_the_curve_verifies_nothing()
    {
        using var key = AssertionKey.Create("ES256");
        var wrong = key.PublicKey();
        wrong["x"] = wrong["y"]!.DeepClone();

        IsSigned(SetOf(wrong), key.Sign(Claims)).Should().BeFalse();
    }

    private static string SetOf(JsonObject key) => new JsonObject { ["keys"] = new JsonArray(key) }.ToJsonString();

    private static bool IsSigned(string keys, string token) =>
        JsonWebKeys.VerifyByAny(JsonWebKeys.ParseSet(keys)!, CompactJws.Parse(token)!);
}
