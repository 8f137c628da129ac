using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using RefreshTokenRotation.Jwt.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Jwt.Tests;

[TestFixture]
internal sealed class JsonWebKeySetTests
{
    [TestCase(SigningAlgorithm.ES256, "crv", "kty", "x", "y", "use", "alg", "kid")]
    [TestCase(SigningAlgorithm.RS256, "e", "kty", "n", "use", "alg", "kid")]
    [TestCase(SigningAlgorithm.PS256, "e", "kty", "n", "use", "alg", "kid")]
    public async Task Key_published_shows_its_public_members_alone(SigningAlgorithm algorithm, params string[] members)
    {
        await using var issuing = new Issuing(keys: [Keys.Of(algorithm)]);

        using var set = JsonDocument.Parse(await issuing.KeySetAsync());

        var key = set.RootElement.GetProperty("keys").EnumerateArray().Should().ContainSingle().Subject;
        key.EnumerateObject().Select(member => member.Name).Should().Equal(members);
        key.GetProperty("use").GetString().Should().Be("sig");
        key.GetProperty("alg").GetString().Should().Be(algorithm.ToString());
        key.GetProperty("kid").GetString().Should().Be(Keys.Of(algorithm).KeyId);
    }

    [Test]
    public void Key_id_is_the_thumbprint_of_the_example_in_RFC_7638()
    {
        const string Modulus =
            "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
        var key = new RSAParameters { Modulus = Base64Url.DecodeFromChars(Modulus), Exponent = [1, 0, 1] };

        SigningKey.FromSigner(key, SigningAlgorithm.RS256, (_, _) => throw new NotSupportedException())
            .KeyId.Should().Be("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }

    [Test]
    public async Task Document_is_one_string_until_a_key_comes_or_goes()
    {
        await using var issuing = new Issuing(keys: [Keys.Ec, Keys.Rsa with { ValidUntil = FakeTime.Start.AddDays(1), ActivatesAt = FakeTime.Start.AddDays(-1) }]);
        var first = await issuing.KeySetAsync();

        (await issuing.KeySetAsync()).Should().BeSameAs(first);
        issuing.Time.Advance(TimeSpan.FromDays(1));
        (await issuing.KeySetAsync()).Should().NotBe(first);
    }

    [Test]
    public async Task Key_that_signs_elsewhere_signs_tokens_that_its_public_part_validates()
    {
        using var remote = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var calls = 0;
        var key = SigningKey.FromSigner(remote.ExportParameters(false), async (data, _) =>
        {
            await Task.Yield();
            calls++;
            return remote.SignData(data.Span, HashAlgorithmName.SHA256);
        });
        await using var issuing = new Issuing(keys: [key]);

        var token = await issuing.AccessAsync();

        token.IsSignedByKeyOf(await issuing.KeySetAsync()).Should().BeTrue();
        (await issuing.ValidateAsync(token.Text)).Should().NotBeNull();
        calls.Should().Be(1);
    }
}
