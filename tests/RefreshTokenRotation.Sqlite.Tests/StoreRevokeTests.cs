using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Sqlite.Tests.Support;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Sqlite.Tests;

[Parallelizable(ParallelScope.All)]
public sealed class StoreRevokeTests
{
    private static IEnumerable<TestCaseData> Filters()
    {
        var filter = new TokenFamilyFilter();
        yield return new TestCaseData(filter).SetArgDisplayNames("tenant");
        yield return new TestCaseData(filter with { TenantId = "t" }).SetArgDisplayNames("other tenant");
        yield return new TestCaseData(filter with { Subject = "alice" }).SetArgDisplayNames("subject");
        yield return new TestCaseData(filter with { ClientId = "app" }).SetArgDisplayNames("client");
        yield return new TestCaseData(filter with { Subject = "bob", ClientId = "spa" }).SetArgDisplayNames("owner");
        yield return new TestCaseData(filter with { SessionId = "s1" }).SetArgDisplayNames("session");
        yield return new TestCaseData(filter with { AuthorizationId = "a1" }).SetArgDisplayNames("authorization");
        yield return new TestCaseData(filter with { Resource = "r1" }).SetArgDisplayNames("resource");
        yield return new TestCaseData(filter with { Resource = TokenFamilyFilter.NoResource }).SetArgDisplayNames("no resource");
        yield return new TestCaseData(filter with { RotationType = RotationType.NonRotating }).SetArgDisplayNames("kind");
        yield return new TestCaseData(filter with { State = FamilyState.Active }).SetArgDisplayNames("active");
        yield return new TestCaseData(filter with { State = FamilyState.Expired }).SetArgDisplayNames("expired");
        yield return new TestCaseData(filter with { State = FamilyState.Revoked }).SetArgDisplayNames("revoked");
        yield return new TestCaseData(filter with { CreatedNoLaterThan = Families.Now.AddHours(-1) }).SetArgDisplayNames("created");
        yield return new TestCaseData(filter with { FamilyId = One }).SetArgDisplayNames("family");
        yield return new TestCaseData(filter with { Subject = "alice", ExceptFamilyId = One }).SetArgDisplayNames("all but one");
    }

    private static readonly Guid One = new("11111111-0000-0000-0000-000000000000");

    [TestCaseSource(nameof(Filters))]
    public async Task Every_filter_lists_revokes_and_deletes_what_it_matches(TokenFamilyFilter filter)
    {
        using var file = new TestFile();
        var store = file.Store();
        var all = Population();
        foreach (var family in all)
        {
            await store.AddAsync(family, cap: 1000);
        }

        var matching = all.Where(family => filter.Matches(family, Families.Now)).ToArray();
        matching.Should().NotBeEmpty().And.HaveCountLessThan(all.Length);
        var listed = await store.ListAsync(new TokenFamilyQuery(filter, null, 1000, Families.Now), CancellationToken.None);
        listed.Should().BeEquivalentTo(matching.OrderBy(x => x.Grant.CreatedAt).ThenBy(x => x.Grant.FamilyId), options => options.WithStrictOrdering());

        (await store.RevokeAsync(filter)).Should().Be(matching.Count(family => family.RevokedAt is null));
        foreach (var family in all)
        {
            var expected = matching.Contains(family) && family.RevokedAt is null ? family.Revoke(Families.Now, RevocationReason.User) : family;
            (await store.FindAsync(family)).Should().BeEquivalentTo(expected);
        }

        var rest = filter with { State = null };
        (await store.RevokeAsync(rest, delete: true)).Should().Be(all.Count(family => rest.Matches(family, Families.Now)));
        (await store.ListAsync(new TokenFamilyQuery(rest, null, 1000, Families.Now), CancellationToken.None)).Should().BeEmpty();
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Revocation_that_races_with_exchanges_leaves_no_survivor(bool delete)
    {
        using var file = new TestFile();
        ITokenStore[] nodes = [file.Store(), file.Store()];
        for (var round = 0; round < 20; round++)
        {
            var families = Enumerable.Range(0, 8).Select(_ => Families.Create()).ToArray();
            foreach (var family in families)
            {
                await nodes[0].AddAsync(family);
            }

            var exchanges = families.Select(family => Task.Run(() => RotateUntilRefusedAsync(nodes[1], family))).ToArray();
            TokenFamilyFilter[] filters = [TokenFamilyFilter.ForUser("alice"), TokenFamilyFilter.ForClient("spa")];
            var revoked = await Task.WhenAll(filters.Select((filter, i) => Task.Run(() => nodes[i].RevokeAsync(filter, delete).AsTask())));
            await Task.WhenAll(exchanges);

            revoked.Sum().Should().Be(families.Length);
            foreach (var family in families)
            {
                var row = await nodes[0].FindAsync(family);
                (delete ? row is null : row is { RevokedAt: not null, Salt: null }).Should().BeTrue();
            }

            await nodes[0].RevokeAsync(TokenFamilyFilter.ForUser("alice"), delete: true);
        }
    }

    [Test]
    public async Task Pages_hold_each_family_once_while_rows_change()
    {
        using var file = new TestFile();
        ITokenStore[] nodes = [file.Store(), file.Store()];
        var families = Enumerable.Range(0, 50).Select(i => Families.Create(age: TimeSpan.FromTicks(i / 7))).ToArray();
        foreach (var family in families)
        {
            await nodes[0].AddAsync(family);
        }

        var seen = new List<TokenFamily>();
        TokenFamilyCursor? after = null;
        while (true)
        {
            var page = await nodes[0].ListAsync(
                new TokenFamilyQuery(TokenFamilyFilter.ForUser("alice"), after, 7, Families.Now), CancellationToken.None);
            if (page.Count == 0)
            {
                break;
            }

            seen.AddRange(page);
            after = new TokenFamilyCursor(page[^1].Grant.CreatedAt, page[^1].Grant.FamilyId);
            await nodes[1].SwapAsync(Families.Rotated(page[0]));
            await nodes[1].AddAsync(Families.Create(age: TimeSpan.FromDays(1)));
            await nodes[1].AddAsync(Families.Create(age: TimeSpan.FromDays(-1), client: "later"));
        }

        seen.Select(family => family.Grant.FamilyId).Should().OnlyHaveUniqueItems();
        seen.Select(family => family.Grant.FamilyId).Should().Contain(families.Select(family => family.Grant.FamilyId));
        seen.Should().BeInAscendingOrder(
            Comparer<TokenFamily>.Create((x, y) => (x.Grant.CreatedAt, x.Grant.FamilyId).CompareTo((y.Grant.CreatedAt, y.Grant.FamilyId))));
    }

    private static async Task RotateUntilRefusedAsync(ITokenStore store, TokenFamily family)
    {
        // A survivor would be exchanged for ever.
        for (var rotation = 0; rotation < 5000 && await store.SwapAsync(Families.Rotated(family)); rotation++)
        {
            family = (await store.FindAsync(family))!;
            if (family is null or { RevokedAt: not null })
            {
                return;
            }
        }
    }

    /// <summary>Families that differ in one thing each.</summary>
    private static TokenFamily[] Population() =>
    [
        Families.Create() with { Salt = Families.Opaque(1) },
        Families.Create(grant: grant => grant with { FamilyId = One }),
        Families.Create("bob"),
        Families.Create(client: "app"),
        Families.Create(tenant: "t"),
        Families.Create(age: TimeSpan.FromHours(1)),
        Families.Create(age: TimeSpan.FromHours(2)),
        Families.Create(grant: grant => grant with { SessionId = "s1" }),
        Families.Create(grant: grant => grant with { SessionId = "s2", AuthorizationId = "a1" }),
        Families.Create(grant: grant => grant with { Resources = ["r2", "r1"] }),
        Families.Create(grant: grant => grant with { Resources = ["r2"] }),
        Families.Create() with { RotationType = RotationType.NonRotating },
        Families.Create() with { IdleExpiresAt = Families.Now },
        Families.Create() with { AbsoluteExpiresAt = Families.Now, IdleExpiresAt = Families.Now.AddTicks(1) },
        Families.Create() with { AbsoluteExpiresAt = Families.Now.AddTicks(1), IdleExpiresAt = Families.Now.AddTicks(1) },
        Families.Create().Revoke(Families.Now.AddDays(-1), RevocationReason.Migrated),
        Families.Create().Revoke(Families.Now.AddDays(-1), RevocationReason.Migrated) with { AbsoluteExpiresAt = Families.Now.AddDays(-2) },
    ];
}
