using RefreshTokenRotation.Testing.Conformance;

namespace RefreshTokenRotation.Testing.Tests.Conformance;

/// <summary>A case that no broken store fails says nothing: each has one that does.</summary>
[TestFixture]
internal sealed class SabotageTests
{
    private static readonly IReadOnlyList<Sabotage> All =
    [
        .. RoundTripSabotages.All,
        .. SwapSabotages.All,
        .. TransactionSabotages.All,
        .. CapSabotages.All,
        .. RevocationSabotages.All,
        .. ListingSabotages.All,
        .. PruningSabotages.All,
        .. OtherSabotages.All,
    ];

    private static IEnumerable<TestCaseData> Pairs => All.SelectMany(sabotage => sabotage.Cases.Select(
        name => new TestCaseData(sabotage, name).SetArgDisplayNames(sabotage.Name, name)));

    [TestCaseSource(nameof(Pairs))]
    public async Task Case_fails_for_a_store_that(Sabotage sabotage, string name)
    {
        await using var harness = new SabotagedHarness(sabotage);
        var options = new ConformanceOptions { Timeout = TimeSpan.FromSeconds(name == "cancel.works-on" ? 5 : 180) };

        var result = await TokenStoreConformance.Get(name).RunAsync(harness, options);

        var exception = result.Should().BeOfType<ConformanceResult.Failed>().Subject.Exception;
        (exception.InnerException is not null).Should().Be(sabotage.Throws, "{0}", exception);
    }

    [Test]
    public void Every_case_has_a_sabotage() =>
        TokenStoreConformance.Cases.Select(conformanceCase => conformanceCase.Name).Except(All.SelectMany(sabotage => sabotage.Cases)).Should().BeEmpty();
}
