using System.Text.Json;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Storage;

[Parallelizable(ParallelScope.All)]
public sealed class TokenFamilyJsonTests
{
    private static readonly string Golden = File.ReadAllText(Repository.PathOf("tests", "RefreshTokenRotation.Tests", "Golden", "family.json")).TrimEnd();

    private static readonly TokenFamily Full = Create();

    /// <summary>What documents hold. A change of this text needs a new version of the form that reads the old one too.</summary>
    [Test]
    public void Family_form_is_frozen()
    {
        TokenFamilyJson.Write(Full).Should().Be(Golden);
        ShouldBe(TokenFamilyJson.Read(Golden), Full);
    }

    [Test]
    public void Every_member_has_a_value_in_the_golden_file()
    {
        typeof(TokenFamily).GetProperties().Should().OnlyContain(property => property.GetValue(Full) != null);
        typeof(FamilyGrant).GetProperties().Should().OnlyContain(property => property.GetValue(Full.Grant) != null);
    }

    [Test]
    public void Family_with_little_in_it_comes_back()
    {
        var bare = new TokenFamily
        {
            Grant = new FamilyGrant { LookupKey = Full.Grant.LookupKey, FamilyId = Guid.Empty, TenantId = string.Empty, Subject = "s", ClientId = "c", CreatedAt = FakeTime.Start },
            Version = 1,
            RotationType = RotationType.Rotating,
            Generation = 0,
            SecretHash = Full.SecretHash,
            LastDevice = new DeviceInfo(),
        };

        ShouldBe(TokenFamilyJson.Read(TokenFamilyJson.Write(bare)), bare);
    }

    [Test]
    public void Every_reason_and_kind_comes_back([Values] RevocationReason reason, [Values] RotationType type)
    {
        var family = TokenFamilyJson.Read(TokenFamilyJson.Write(Full with { RevocationReason = reason, RotationType = type }));

        (family.RevocationReason, family.RotationType).Should().Be((reason, type));
    }

    [Test]
    public void Numbers_beyond_2_to_the_53_are_texts()
    {
        var numbers = JsonDocument.Parse(Golden).RootElement.EnumerateObject()
            .Where(member => member.Value.ValueKind == JsonValueKind.Number).Select(member => member.Name);

        numbers.Should().Equal("v", "generation");
    }

    [TestCase("\"v\":1", "\"v\":2", typeof(NotSupportedException), "*version 2*reads 1*")]
    [TestCase("\"evicted\"", "\"moved\"", typeof(NotSupportedException), "*'moved' as revocation_reason*")]
    [TestCase("\"non-rotating\"", "\"sometimes\"", typeof(NotSupportedException), "*'sometimes' as rotation_type*")]
    [TestCase("\"subject\"", "\"other\"", typeof(KeyNotFoundException), "*")]
    [TestCase("\"salt\":\"0", "\"salt\":\"g", typeof(FormatException), "A stored key, hash or salt is not 64 hexadecimal digits.")]
    public void Family_that_this_version_does_not_know_is_not_guessed_at(string known, string unknown, Type exception, string message)
    {
        Golden.Should().Contain(known);
        FluentActions.Invoking(() => TokenFamilyJson.Read(Golden.Replace(known, unknown, StringComparison.Ordinal)))
            .Should().Throw<Exception>().WithMessage(message).Which.Should().BeOfType(exception);
    }

    private static void ShouldBe(TokenFamily actual, TokenFamily expected) => actual.Should().BeEquivalentTo(
        expected, options => options.WithStrictOrdering().ComparingByMembers<TokenFamily>().ComparingByMembers<FamilyGrant>());

    private static TokenFamily Create()
    {
        var tick = TimeSpan.FromTicks(1);
        return new TokenFamily
        {
            Grant = new FamilyGrant
            {
                LookupKey = Opaque(1),
                FamilyId = new Guid("0123456789abcdef0123456789abcdef"),
                TenantId = "tenant",
                Subject = "al\u00edce",
                ClientId = "client",
                CreatedAt = FakeTime.Start + tick,
                Scopes = ["openid", "b", "a"],
                Resources = ["https://b", "https://a"],
                AuthorizationId = "code",
                SessionId = "session",
                SenderKeyThumbprint = "thumbprint",
                AuthenticationTime = FakeTime.Start + (2 * tick),
                Acr = "acr",
                Amr = ["pwd", "otp"],
                FirstDevice = new DeviceInfo { IpAddress = "203.0.113.7", UserAgent = "agent", Name = "phone" },
            },
            Version = long.MaxValue,
            RotationType = RotationType.NonRotating,
            Generation = uint.MaxValue,
            SecretHash = Opaque(2),
            Salt = Opaque(3),
            Trail = new TokenTrail([1, 0, 0xAB, 0xFF]),
            RotatedAt = FakeTime.Start + (3 * tick),
            LeewayUntil = FakeTime.Start + (4 * tick),
            RecoverUntil = FakeTime.Start + (5 * tick),
            AbsoluteExpiresAt = DateTimeOffset.MaxValue,
            IdleExpiresAt = FakeTime.Start + (6 * tick),
            LastUsedAt = FakeTime.Start + (7 * tick),
            RevokedAt = FakeTime.Start + (8 * tick),
            RevocationReason = RevocationReason.Evicted,
            LastDevice = new DeviceInfo { Name = "only a name" },
            Metadata = new Dictionary<string, string> { ["key"] = "value", ["Key"] = string.Empty },
        };
    }

    private static Opaque256 Opaque(byte value) => new([.. Enumerable.Range(0, Opaque256.Size).Select(i => (byte)((value * 16 * i) + i))]);
}
