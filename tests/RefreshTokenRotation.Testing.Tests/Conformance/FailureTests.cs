using RefreshTokenRotation.Testing.Conformance;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Testing.Tests.Conformance;

/// <summary>A failure is read by someone in a hurry.</summary>
[TestFixture]
internal sealed class FailureTests
{
    [TestCase("compares, and then writes", "swap.no-lost-update")]
    [TestCase("compares, and then writes", "model.linearizable")]
    [TestCase("ignores the version", "model.sequential")]
    public async Task Message_has_40_lines_at_most(string sabotage, string name)
    {
        (await FailAsync(SwapSabotages.All.First(candidate => candidate.Name == sabotage), name)).Message
            .Split('\n').Should().HaveCountLessThanOrEqualTo(40)
            .And.OnlyContain(line => line.Length < 600)
            .And.Contain($"Case {TokenStoreConformance.Get(name).Number}: if several cases fail, read the one with the lowest number first.");
    }

    [Test]
    public async Task History_shows_only_calls_that_concern_the_family_at_fault()
    {
        var sabotage = new Sabotage("forgets the second family", [], inner => new BrokenStore(inner)
        {
            Find = async (key, token) => await inner.FindAsync(key, token) is { } row && row.Grant.Subject != "bob" ? row : null,
        });

        var exception = await FailAsync(sabotage, "revoke.delete");

        var id = System.Text.RegularExpressions.Regex.Match(exception.Observation, "family ([0-9a-f]{8})").Groups[1].Value;
        exception.History.Split('\n').Should().Contain(line => line.Contains($"find {id} -> nothing"))
            .And.NotContain(line => line.Contains(" find ") && !line.Contains(id))
            .And.NotContain(line => line.Contains(" add ") && !line.Contains(id));
    }

    private static async Task<ConformanceException> FailAsync(Sabotage sabotage, string name)
    {
        await using var harness = new SabotagedHarness(sabotage);
        return (await TokenStoreConformance.Get(name).RunAsync(harness)).Should().BeOfType<ConformanceResult.Failed>().Subject.Exception;
    }
}
