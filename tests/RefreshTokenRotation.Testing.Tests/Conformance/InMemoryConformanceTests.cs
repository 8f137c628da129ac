using RefreshTokenRotation.Client;
using RefreshTokenRotation.Testing.Conformance;

namespace RefreshTokenRotation.Testing.Tests.Conformance;

[TestFixture]
internal sealed class InMemoryConformanceTests
{
    [TestCaseSource(typeof(TokenStoreConformance), nameof(TokenStoreConformance.Cases))]
    public async Task In_memory_store_conforms(ConformanceCase<TokenStoreHarness> conformanceCase)
    {
        await using var harness = new InMemoryHarness();
        (await conformanceCase.RunAsync(harness)).ThrowIfFailed();
    }

    [TestCaseSource(typeof(RotationPolicyStoreConformance), nameof(RotationPolicyStoreConformance.Cases))]
    public async Task In_memory_policy_store_conforms(ConformanceCase<RotationPolicyStoreHarness> conformanceCase)
    {
        await using var harness = new InMemoryPolicyHarness();
        (await conformanceCase.RunAsync(harness)).ThrowIfFailed();
    }

    [TestCaseSource(typeof(TokenSessionStoreConformance), nameof(TokenSessionStoreConformance.Cases))]
    public async Task In_memory_session_store_conforms(ConformanceCase<TokenSessionStoreHarness> conformanceCase)
    {
        await using var harness = new InMemorySessionHarness();
        (await conformanceCase.RunAsync(harness)).ThrowIfFailed();
    }

    private sealed class InMemorySessionHarness : TokenSessionStoreHarness
    {
        private InMemoryTokenSessionStore? _store;

        public override ValueTask<ITokenSessionStore> OpenAsync(CancellationToken cancellationToken) => new(_store = new InMemoryTokenSessionStore());

        public override ValueTask<ITokenSessionStore> OpenSecondAsync(CancellationToken cancellationToken) => new(_store!);
    }
}
