using System.Text.Json;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests;

[TestFixture]
internal sealed class TokenFamilyInfoTests
{
    private static readonly string[] Hidden =
    [
        nameof(FamilyGrant.LookupKey), nameof(FamilyGrant.SenderKeyThumbprint), nameof(TokenFamily.SecretHash), nameof(TokenFamily.Salt), nameof(TokenFamily.Trail),
        nameof(TokenFamily.Grant), nameof(TokenFamily.LeewayUntil),
        nameof(TokenFamily.CurrentTokenIssuedAt),
    ];

    [Test]
    public void Every_public_value_of_the_row_is_shown_and_no_secret_one()
    {
        var family = Rows.New("alice", "spa", "t", "s", FakeTime.Start, authorization: "code", resources: "api").Rotated(FakeTime.Start.AddHours(1));
        family = family with
        {
            Grant = family.Grant with
            {
                Scopes = ["openid"],
                SenderKeyThumbprint = "thumb",
                AuthenticationTime = FakeTime.Start.AddHours(-1),
                Acr = "acr",
                Amr = ["pwd"],
                FirstDevice = new DeviceInfo { Name = "first" },
            },
            AbsoluteExpiresAt = FakeTime.Start.AddDays(1),
            IdleExpiresAt = FakeTime.Start.AddDays(2),
            LastUsedAt = FakeTime.Start.AddDays(3),
            RecoverUntil = FakeTime.Start.AddDays(3),
            Trail = new TokenTrail([1]),
            RevokedAt = FakeTime.Start.AddDays(4),
            RevocationReason = RevocationReason.User,
            LastDevice = new DeviceInfo { Name = "last" },
            Metadata = new Dictionary<string, string> { ["k"] = "v" },
        };
        var info = new TokenFamilyInfo(family);

        foreach (var (source, value) in Values(family.Grant).Concat(Values(family)).Where(pair => !Hidden.Contains(pair.Key)))
        {
            value.Should().NotBeNull($"{source} is set by this test");
            typeof(TokenFamilyInfo).GetProperty(source)!.GetValue(info).Should().Be(value, source);
        }

        typeof(TokenFamilyInfo).GetProperties().Select(property => property.Name).Should().NotContain(Hidden);
        info.IsSenderConstrained.Should().BeTrue();
        new TokenFamilyInfo(Rows.New()).IsSenderConstrained.Should().BeFalse();
        info.GetState(FakeTime.Start).Should().Be(FamilyState.Revoked);
        info.ToString().Should().Be($"family {info.FamilyId:N} generation 1");
        JsonSerializer.Serialize(info).Should().NotContain("thumb");
    }

    private static IEnumerable<KeyValuePair<string, object?>> Values(object source) =>
        source.GetType().GetProperties().Select(property => KeyValuePair.Create(property.Name, property.GetValue(source)));
}
