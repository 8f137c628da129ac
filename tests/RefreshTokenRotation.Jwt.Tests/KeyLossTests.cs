using System.Security.Cryptography;
using RefreshTokenRotation.Jwt.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Jwt.Tests;

/// <summary>The drill of <c>docs/security-events.md</c>: a signing key leaked.</summary>
[TestFixture]
internal sealed class KeyLossTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    [Test]
    public async Task Replaced_key_refuses_its_tokens_and_forgeries_at_the_next_reading_and_sessions_go_on()
    {
        using var folder = new TemporaryFolder();
        using var leaked = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        folder.Write("1.pem", leaked.ExportPkcs8PrivateKeyPem());
        await using var issuing = new Issuing(options => (options.KeyFolder, options.KeyRefreshInterval) = (folder.Root, Interval), keys: []);
        await using var thief = new Issuing(keys: [SigningKey.FromPem(leaked.ExportPkcs8PrivateKeyPem())]);
        var family = await issuing.Families.IssueAsync(new IssueRequest { Subject = "alice", ClientId = "spa" });
        var honest = (await issuing.IssueAsync()).Value;
        var forged = (await thief.IssueAsync()).Value;
        (await issuing.ValidateAsync(forged)).Should().NotBeNull("the thief has the key, or the test shows nothing");

        // The drill: the new key comes and the old one goes, in one step.
        folder.Write("2.pem", next.ExportPkcs8PrivateKeyPem());
        File.Delete(folder.PathOf("1.pem"));
        issuing.Time.Advance(Interval);

        (await issuing.ValidateAsync(honest)).Should().BeNull();
        (await issuing.ValidateAsync(forged)).Should().BeNull();
        (await issuing.KeySetAsync()).Should().NotContain(SigningKey.FromPem(leaked.ExportPkcs8PrivateKeyPem()).KeyId);
        var exchanged = await issuing.Families.ExchangeAsync(new ExchangeRequest { RefreshToken = family.RefreshToken, ClientId = "spa" });
        exchanged.Should().BeOfType<ExchangeResult.Succeeded>("refresh tokens are not signed");
        (await issuing.ValidateAsync((await issuing.IssueAsync()).Value)).Should().NotBeNull();
    }
}
