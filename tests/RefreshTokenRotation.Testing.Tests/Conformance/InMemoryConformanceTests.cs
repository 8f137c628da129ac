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
}
