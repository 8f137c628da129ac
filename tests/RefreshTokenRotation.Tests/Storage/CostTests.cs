using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Storage;

/// <summary>Unrelated families cost nothing: what a call looks at is the same beside a hundred thousand of them.</summary>
[TestFixture]
internal sealed class CostTests
{
    private const int Unrelated = 100_000;

    private InMemoryTokenStore _crowded = null!;

    [OneTimeSetUp]
    public async Task SetUp()
    {
        _crowded = new InMemoryTokenStore();
        for (var i = 0; i < Unrelated; i++)
        {
            await _crowded.AddAsync(Rows.New($"user {i / 3}", $"client {i % 50}", i % 2 == 0 ? "x" : string.Empty, $"session {i / 2}"));
        }
    }

    private static IEnumerable<TestCaseData> Filters()
    {
        var family = Rows.New("alice", "spa", "t", "s", id: 800_000);
        yield return Case("family", TokenFamilyFilter.ForFamily(family.Grant.FamilyId), 1);
        yield return Case("session", TokenFamilyFilter.ForSession("s"), 2);
        yield return Case("user", TokenFamilyFilter.ForUser("alice"), 3);
        yield return Case("user and client", TokenFamilyFilter.ForUserAndClient("alice", "spa"), 3);
        yield return Case("grant", TokenFamilyFilter.ForGrant("alice", "spa", "api"), 3);
        yield return Case("client", TokenFamilyFilter.ForClient("spa"), 4);
        yield return Case("tenant", TokenFamilyFilter.ForTenant("t"), 5);

        static TestCaseData Case(string name, TokenFamilyFilter filter, int candidates) =>
            new TestCaseData(filter with { TenantId = "t" }, candidates).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Filters))]
    public async Task Only_related_families_are_looked_at(TokenFamilyFilter filter, int candidates)
    {
        TokenFamily[] related =
        [
            Rows.New("alice", "spa", "t", "s", id: 800_000),
            Rows.New("alice", "spa", "t", id: 800_001),
            Rows.New("alice", "app", "t", "s", id: 800_002),
            Rows.New("bob", "spa", "t", id: 800_003),
            Rows.New("carol", "spa", "t", "other", id: 800_004),
        ];
        await _crowded.AddAllAsync(related);

        _crowded.Table.Candidates(filter).Should().HaveCount(candidates);
    }
}
