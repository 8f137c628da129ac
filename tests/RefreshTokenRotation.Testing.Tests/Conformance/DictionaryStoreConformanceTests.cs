using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Testing.Conformance;
using RefreshTokenRotation.Tests.Snippets;

namespace RefreshTokenRotation.Testing.Tests.Conformance;

// snippet: nunit
[TestFixture]
internal sealed class DictionaryStoreConformanceTests
{
    [TestCaseSource(typeof(TokenStoreConformance), nameof(TokenStoreConformance.Cases))]
    public async Task Store_conforms(ConformanceCase<TokenStoreHarness> conformanceCase)
    {
        await using var harness = new DictionaryStoreHarness();
        var result = await conformanceCase.RunAsync(harness);
        result.ThrowIfFailed();
        TestContext.Out.WriteLine(result);
    }
}

internal sealed class DictionaryStoreHarness : TokenStoreHarness
{
    private DictionaryTokenStore? _store;

    public override IReadOnlyDictionary<string, string> Exemptions { get; } = new Dictionary<string, string>
    {
        ["cancel.before-a-read"] = "no call waits, so none is worth cancelling",
        ["cancel.before-a-write"] = "no call waits, so none is worth cancelling",
        ["unique.family-id"] = "family ids are random: none comes twice",
        ["atomic.refused-add"] = "no add is refused",
    };

    public override ValueTask<ITokenStore> OpenAsync(CancellationToken cancellationToken) => new(_store = new DictionaryTokenStore());

    // Another node over the same data; here there is one process, and one store.
    public override ValueTask<ITokenStore> OpenSecondAsync(CancellationToken cancellationToken) => new(_store!);

    public override void Configure(RefreshTokenRotationBuilder builder) => builder.UseTokenStore<DictionaryTokenStore>();
}
// end-snippet
