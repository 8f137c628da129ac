using RefreshTokenRotation.Redis.Internal;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Redis.Tests;

/// <summary>What servers hold. A change of these texts needs a new version of the form that reads the old one too.</summary>
[TestFixture]
internal sealed class GoldenTests
{
    private static readonly TokenFamily Full =
        TokenFamilyJson.Read(File.ReadAllText(Repository.PathOf("tests", "RefreshTokenRotation.Tests", "Golden", "family.json")));

    private static string[] Golden => File.ReadAllLines(Repository.PathOf("tests", "RefreshTokenRotation.Redis.Tests", "Golden", "family.txt"));

    [Test]
    public void Family_form_is_frozen()
    {
        var names = new KeyNames("rtr");
        string[] written =
        [
            Convert.ToHexStringLower(FamilyBytesWriter.Grant(Full.Grant)),
            Convert.ToHexStringLower(FamilyBytesWriter.Changes(Full)),
            ScriptValues.State(Full),
            ScriptValues.Names(Full.Grant),
            names.Family(Full.Grant)!,
            names.Pointer(Full.Grant.LookupKey)!,
            names.IdPointer(KeyNames.Id(Full.Grant.FamilyId))!,
            names.Policy("client", "tenant")!,
        ];

        written.Should().Equal(Golden, "{0}", string.Join('\n', written));
        ShouldBe(FamilyBytesReader.Read(Convert.FromHexString(Golden[0]), Convert.FromHexString(Golden[1])), Full);
    }

    [Test]
    public void Family_with_little_in_it_comes_back()
    {
        var bare = new TokenFamily
        {
            Grant = new FamilyGrant { LookupKey = Full.Grant.LookupKey, FamilyId = Guid.Empty, TenantId = string.Empty, Subject = "s", ClientId = "c", CreatedAt = FakeTime.Start },
            Version = long.MaxValue,
            RotationType = RotationType.Rotating,
            Generation = 0,
            SecretHash = Full.SecretHash,
            LastDevice = new DeviceInfo(),
        };

        ShouldBe(FamilyBytesReader.Read(FamilyBytesWriter.Grant(bare.Grant), FamilyBytesWriter.Changes(bare)), bare);
    }

    [Test]
    public void Family_of_a_newer_version_is_not_guessed_at()
    {
        var (grant, changes) = (FamilyBytesWriter.Grant(Full.Grant), FamilyBytesWriter.Changes(Full));
        changes[0] = 2;

        FluentActions.Invoking(() => FamilyBytesReader.Read(grant, changes)).Should().Throw<NotSupportedException>().WithMessage("*version 2*reads 1.");
    }

    private static void ShouldBe(TokenFamily actual, TokenFamily expected) => actual.Should().BeEquivalentTo(
        expected, options => options.WithStrictOrdering().ComparingByMembers<TokenFamily>().ComparingByMembers<FamilyGrant>());
}
