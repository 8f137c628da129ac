using RefreshTokenRotation.Testing.Conformance;

namespace RefreshTokenRotation.Testing.Tests.Conformance;

[TestFixture]
internal sealed class ConsoleRunTests
{
    [Test]
    public async Task Dictionary_store_conforms() => (await RunAsync()).Should().Be(0);

    private static async Task<int> RunAsync()
    {
        // snippet: console
        await using var harness = new DictionaryStoreHarness();
        var report = await TokenStoreConformance.RunAllAsync(harness, Console.Out);
        return report.Failed == 0 ? 0 : 1;
        // end-snippet
    }
}
