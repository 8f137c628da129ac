using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Sqlite.Tests.Support;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Sqlite.Tests;

/// <summary>Text goes to the file with its length, and comes back code unit by code unit.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class TextTests
{
    // The conformance kit leaves these out: not every store can keep them.
    private static readonly string[] Strange = ["a\0b", "\0", "\uffff"];

    [TestCaseSource(nameof(Strange))]
    public async Task Text_that_not_every_store_can_keep_comes_back_and_is_filtered_by(string text)
    {
        using var file = new TestFile();
        var store = file.Store();
        var family = Families.Create(text, text, text, grant: grant => grant with { SessionId = text, AuthorizationId = text, Resources = [text] });
        await store.AddAsync(family);
        await store.AddAsync(Families.Create("other", "other", text, grant: grant => grant with { SessionId = "other", Resources = ["other"] }));
        var filter = new TokenFamilyFilter
        {
            TenantId = text,
            Subject = text,
            ClientId = text,
            SessionId = text,
            AuthorizationId = text,
            Resource = text,
        };

        var listed = await store.ListAsync(new TokenFamilyQuery(filter, null, 10, Families.Now), CancellationToken.None);

        listed.Should().ContainSingle().Which.Should().BeEquivalentTo(family, Strictly);
    }

    [Test]
    public async Task Text_that_can_not_come_back_as_it_was_is_refused_and_harms_no_other_write()
    {
        using var file = new TestFile();
        var store = file.Store();
        await FluentActions.Awaiting(() => store.AddAsync(Families.Create("half a pair \ud83d")).AsTask()).Should().ThrowAsync<ArgumentException>();

        // The statement that was left with half of its values is used again.
        var family = Full(Families.Create());
        await store.AddAsync(family);

        (await store.FindAsync(family)).Should().BeEquivalentTo(family, Strictly);
    }

    [Test]
    public async Task Empty_texts_in_keys_and_lists_come_back()
    {
        using var file = new TestFile();
        var store = file.Store();
        var family = Families.Create(string.Empty, string.Empty, grant: grant => grant with { Scopes = [string.Empty, "a", string.Empty] });
        await store.AddAsync(family);

        (await store.FindAsync(family)).Should().BeEquivalentTo(family, Strictly);
    }

    /// <summary>Largest values, and times that only ticks can tell apart.</summary>
    private static TokenFamily Full(TokenFamily family)
    {
        var tick = TimeSpan.FromTicks(1);
        return family with
        {
            Grant = family.Grant with
            {
                TenantId = "tenant",
                CreatedAt = DateTimeOffset.MaxValue,
                Scopes = ["openid", "b", "a", "a"],
                Resources = ["https://api/2", "https://api/1"],
                AuthorizationId = "code",
                SessionId = "session",
                SenderKeyThumbprint = "thumbprint",
                AuthenticationTime = Families.Now + (3 * tick),
                Acr = "acr",
                Amr = ["pwd", "otp"],
                FirstDevice = new DeviceInfo { IpAddress = "2001:db8::1", UserAgent = new string('u', 512), Name = "Ada’s phone" },
            },
            Version = long.MaxValue - 1,
            RotationType = RotationType.NonRotating,
            Generation = uint.MaxValue,
            Salt = Families.Opaque(77),
            RotatedAt = Families.Now + (4 * tick),
            LeewayUntil = Families.Now + (5 * tick),
            RecoverUntil = Families.Now + (6 * tick),
            AbsoluteExpiresAt = DateTimeOffset.MaxValue,
            IdleExpiresAt = Families.Now + (8 * tick),
            LastUsedAt = Families.Now + (9 * tick),
            RevokedAt = Families.Now + (10 * tick),
            RevocationReason = RevocationReason.Migrated,
            LastDevice = new DeviceInfo { Name = "only a name" },
            Metadata = new Dictionary<string, string> { ["a"] = string.Empty, ["B"] = "\u0001\t\"{}', NULL", ["c"] = new string('\u20ac', 255) },
        };
    }

    private static FluentAssertions.Equivalency.EquivalencyAssertionOptions<TokenFamily> Strictly(
        FluentAssertions.Equivalency.EquivalencyAssertionOptions<TokenFamily> options) =>
        options.WithStrictOrdering().ComparingByMembers<TokenFamily>().ComparingByMembers<FamilyGrant>();
}
