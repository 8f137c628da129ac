using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Storage.InMemory;

namespace RefreshTokenRotation.Tests.Storage;

/// <summary>Compares every index of the store in memory with a scan of its rows, while nobody writes.</summary>
internal static class IndexChecks
{
    public static void ShouldAgree(InMemoryTokenStore store)
    {
        var table = store.Table;
        var rows = table.Slots.Select(pair => pair.Value).ToArray();

        rows.Count(slot => slot.Family is null).Should().Be(0, "a deleted row leaves its index");
        table.Counts.Should().Be((
            rows.Length,
            rows.Length,
            rows.DistinctBy(slot => (slot.Grant.TenantId, slot.Grant.Subject)).Count(),
            rows.DistinctBy(slot => (slot.Grant.TenantId, slot.Grant.ClientId)).Count(),
            rows.Where(slot => slot.Grant.SessionId is not null).DistinctBy(slot => (slot.Grant.TenantId, slot.Grant.SessionId)).Count()));

        foreach (var group in rows.GroupBy(slot => slot.Grant.FamilyId))
        {
            Check(table, new TokenFamilyFilter { FamilyId = group.Key }, group);
        }

        foreach (var group in rows.GroupBy(slot => (slot.Grant.TenantId, slot.Grant.Subject)))
        {
            Check(table, new TokenFamilyFilter { TenantId = group.Key.TenantId, Subject = group.Key.Subject }, group);
        }

        foreach (var group in rows.GroupBy(slot => (slot.Grant.TenantId, slot.Grant.ClientId)))
        {
            Check(table, new TokenFamilyFilter { TenantId = group.Key.TenantId, ClientId = group.Key.ClientId }, group);
        }

        foreach (var group in rows.Where(slot => slot.Grant.SessionId is not null).GroupBy(slot => (slot.Grant.TenantId, slot.Grant.SessionId)))
        {
            Check(table, new TokenFamilyFilter { TenantId = group.Key.TenantId, SessionId = group.Key.SessionId }, group);
        }

        foreach (var group in rows.GroupBy(slot => slot.Grant.TenantId))
        {
            Check(table, new TokenFamilyFilter { TenantId = group.Key }, group);
        }
    }

    /// <summary>Compares sets by value, and faster than the pairwise search of an assertion library.</summary>
    public static void ShouldBe(this IEnumerable<TokenFamily> rows, IEnumerable<TokenFamily> expected, string because = "")
    {
        var (actual, wanted) = (rows.ToList(), expected.ToList());
        actual.Count.Should().Be(wanted.Count, because);
        actual.Except(wanted).Should().BeEmpty(because);
        wanted.Except(actual).Should().BeEmpty(because);
    }

    private static void Check(FamilyTable table, TokenFamilyFilter filter, IEnumerable<FamilySlot> expected)
    {
        // Sets by reference: FluentAssertions compares thousands of items pairwise.
        var candidates = table.Candidates(filter).ToArray();
        candidates.Length.Should().Be(expected.Count(), $"{filter}");
        candidates.ToHashSet().SetEquals(expected).Should().BeTrue($"{filter}");
    }
}
