using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Testing.Conformance;
using RefreshTokenRotation.Testing.Conformance.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Testing.Tests.Conformance;

/// <summary>What the contract allows passes, though no store of the library makes use of it.</summary>
[TestFixture]
internal sealed class WeakStoreTests
{
    private static readonly Sabotage Weak = new("does only what it must", [], inner => new BrokenStore(inner)
    {
        // The ids first, as of an index, and each row later, as it is by then.
        List = async (query, token) =>
        {
            var rows = new List<TokenFamily>();
            foreach (var row in await inner.ListAsync(query, token))
            {
                await CaseRun.LetOthersRunAsync();
                if (await inner.FindAsync(row.Grant.LookupKey, token) is { } now && query.Filter.Matches(now, query.Now))
                {
                    rows.Add(now);
                }
            }

            return rows;
        },

        // Each family in a step of its own, until none is left.
        Revoke = async (filter, revocation, token) =>
        {
            var count = 0L;
            token.ThrowIfCancellationRequested();
            foreach (var row in await Rewrite.ReadAsync(inner, filter, revocation.Now))
            {
                await CaseRun.LetOthersRunAsync();
                token.ThrowIfCancellationRequested();
                count += await inner.RevokeAsync(filter with { FamilyId = row.Grant.FamilyId }, revocation, default);
            }

            return count;
        },

        // One family after the other, as a script of a server that has no set-based deletion.
        Prune = async (bound, limit, token) =>
        {
            var count = 0;
            while (count < limit)
            {
                if (await inner.PruneAsync(bound, 1, token) == 0)
                {
                    break;
                }

                count++;
                await CaseRun.LetOthersRunAsync();
            }

            return count;
        },
    });

    private static IEnumerable<string> Names => TokenStoreConformance.Cases
        .Where(conformanceCase => conformanceCase.IsCore && !conformanceCase.Name.StartsWith("round-trip.", StringComparison.Ordinal))
        .Select(conformanceCase => conformanceCase.Name)
        .Append("cancel.during-a-revocation");

    [TestCaseSource(nameof(Names))]
    public async Task Store_whose_lists_are_no_snapshots_and_whose_sets_are_changed_step_by_step_passes(string name)
    {
        await using var harness = new SabotagedHarness(Weak);
        (await TokenStoreConformance.Get(name).RunAsync(harness)).ThrowIfFailed();
    }
}
