using RefreshTokenRotation.Testing.Conformance;

namespace CustomTokenStore.Tests;

/// <summary>The whole conformance kit, without exemptions.</summary>
[TestFixture]
internal sealed class ConformanceTests
{
    [TestCaseSource(typeof(TokenStoreConformance), nameof(TokenStoreConformance.Cases))]
    public async Task Journal_store_conforms(ConformanceCase<TokenStoreHarness> conformanceCase)
    {
        await using var harness = new JournalHarness();
        var result = await conformanceCase.RunAsync(harness);
        result.ThrowIfFailed();
        result.Should().BeOfType<ConformanceResult.Passed>();
    }
}
