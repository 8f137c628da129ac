using System.Security.Cryptography;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Jwt.Tests;

[TestFixture]
internal sealed class SigningKeyTests
{
    private static readonly PbeParameters Encryption = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000);

    private readonly ECDsa _ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly RSA _rsa = RSA.Create(2048);

    [OneTimeTearDown]
    public void Dispose()
    {
        _ec.Dispose();
        _rsa.Dispose();
    }

    [Test]
    public void PEM_of_every_form_gives_the_same_key()
    {
        var ec = new[] { _ec.ExportPkcs8PrivateKeyPem(), _ec.ExportECPrivateKeyPem() }.Select(pem => SigningKey.FromPem(pem))
            .Append(SigningKey.FromPem(_ec.ExportEncryptedPkcs8PrivateKeyPem("secret", Encryption), "secret"));
        var rsa = new[] { _rsa.ExportPkcs8PrivateKeyPem(), _rsa.ExportRSAPrivateKeyPem() }.Select(pem => SigningKey.FromPem(pem))
            .Append(SigningKey.FromPem(_rsa.ExportEncryptedPkcs8PrivateKeyPem("secret", Encryption), "secret"));

        ec.Should().OnlyContain(key => key.Algorithm == SigningAlgorithm.ES256 && key.KeyId == SigningKey.FromECDsa(_ec).KeyId);
        rsa.Should().OnlyContain(key => key.Algorithm == SigningAlgorithm.RS256 && key.KeyId == SigningKey.FromRsa(_rsa, SigningAlgorithm.RS256).KeyId);
    }

    [Test]
    public void Lines_above_the_key_set_algorithm_and_times()
    {
        var key = SigningKey.FromPem(
            $"""
            The key of spring: see the runbook.
            Algorithm: PS256
            Activates: 2026-03-01T00:00:00Z
            Retires: 2026-06-01T12:30:00Z
            Valid-Until: 2026-06-02T00:00:00Z
            {_rsa.ExportPkcs8PrivateKeyPem()}
            """);

        key.Algorithm.Should().Be(SigningAlgorithm.PS256);
        key.ActivatesAt.Should().Be(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
        key.RetiresAt.Should().Be(new DateTimeOffset(2026, 6, 1, 12, 30, 0, TimeSpan.Zero));
        key.ValidUntil.Should().Be(new DateTimeOffset(2026, 6, 2, 0, 0, 0, TimeSpan.Zero));
    }

    [TestCase("Algorithm: none")]
    [TestCase("Algorithm: HS256")]
    [TestCase("Algorithm: 0")]
    [TestCase("Algorithm: RS256")]
    [TestCase("Activates: tomorrow")]
    [TestCase("Activates: 2026-03-01")]
    [TestCase("Retires: 2026-03-01T00:00:00")]
    [TestCase("Valid-Until:")]
    public void Line_that_can_not_be_meant_is_refused(string line)
    {
        FluentActions.Invoking(() => SigningKey.FromPem($"{line}\n{_ec.ExportPkcs8PrivateKeyPem()}")).Should().Throw<ArgumentException>();
    }

    [Test]
    public void Text_that_holds_no_private_key_is_refused_without_showing_it()
    {
        var pem = _ec.ExportPkcs8PrivateKeyPem();
        var body = pem.Split('\n')[1];
        string[] wrong =
        [
            string.Empty, "no key", body, _ec.ExportSubjectPublicKeyInfoPem(), _ec.ExportEncryptedPkcs8PrivateKeyPem("secret", Encryption),
            pem.Replace(body, body[..20], StringComparison.Ordinal), pem.Replace("PRIVATE KEY", "CERTIFICATE", StringComparison.Ordinal),
        ];

        foreach (var text in wrong)
        {
            FluentActions.Invoking(() => SigningKey.FromPem(text)).Should().Throw<ArgumentException>()
                .Which.ToString().Should().NotContain(body[..16]);
        }

        FluentActions.Invoking(() => SigningKey.FromPem(_ec.ExportEncryptedPkcs8PrivateKeyPem("secret", Encryption), "another"))
            .Should().Throw<ArgumentException>().Which.ToString().Should().NotContain("another\"").And.NotContain("secret");
    }

    [Test]
    public void Key_too_weak_or_of_another_kind_is_refused()
    {
        using var small = RSA.Create(1024);
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var k1 = ECDsa.Create(ECCurve.CreateFromFriendlyName("secp256k1"));

        FluentActions.Invoking(() => SigningKey.FromRsa(small, SigningAlgorithm.RS256)).Should().Throw<ArgumentException>().WithMessage("*1024 bits*2048*");
        FluentActions.Invoking(() => SigningKey.FromSigner(small.ExportParameters(false), SigningAlgorithm.RS256, Never)).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => SigningKey.FromPem(small.ExportPkcs8PrivateKeyPem())).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => SigningKey.FromRsa(_rsa, SigningAlgorithm.ES256)).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => SigningKey.FromECDsa(p384)).Should().Throw<ArgumentException>().WithMessage("*P-256*");
        FluentActions.Invoking(() => SigningKey.FromECDsa(k1)).Should().Throw<ArgumentException>().WithMessage("*P-256*");
        FluentActions.Invoking(() => SigningKey.FromSigner(p384.ExportParameters(false), Never)).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => SigningKey.Generate((SigningAlgorithm)9)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Test]
    public void Key_without_its_private_part_is_refused_at_once()
    {
        using var rsa = RSA.Create(2048);
        using var publicRsa = RSA.Create(rsa.ExportParameters(includePrivateParameters: false));
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var publicEC = ECDsa.Create(ecdsa.ExportParameters(includePrivateParameters: false));

        ((Action)(() => SigningKey.FromRsa(publicRsa))).Should().Throw<ArgumentException>().WithMessage("*private part*");
        ((Action)(() => SigningKey.FromECDsa(publicEC))).Should().Throw<ArgumentException>().WithMessage("*private part*");
    }

    [Test]
    public void File_that_can_not_be_used_is_named()
    {
        using var folder = new TemporaryFolder();
        folder.Write("bad.pem", "no key");
        folder.Write("good.pem", _ec.ExportPkcs8PrivateKeyPem());

        SigningKey.FromFile(folder.PathOf("good.pem")).KeyId.Should().Be(SigningKey.FromECDsa(_ec).KeyId);
        FluentActions.Invoking(() => SigningKey.FromFile(folder.PathOf("bad.pem"))).Should().Throw<ArgumentException>().WithMessage("*bad.pem*");
    }

    [Test]
    public void Key_as_text_shows_its_public_id_alone()
    {
        var key = SigningKey.FromECDsa(_ec) with { ActivatesAt = FakeTime.Start };

        key.ToString().Should().Be($"ES256 {key.KeyId}");
        System.Text.Json.JsonSerializer.Serialize(key).Should().NotContain("\"d\"").And.NotContain("Material");
    }

    private static ValueTask<byte[]> Never(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => throw new NotSupportedException();
}
