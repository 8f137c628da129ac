using RefreshTokenRotation.EntityFrameworkCore.Tests.Support;
using RefreshTokenRotation.Testing.Conformance;

namespace RefreshTokenRotation.EntityFrameworkCore.Tests;

/// <summary>The whole conformance kit, from two nodes.</summary>
[TestFixture(ContextKind.Own)]
[TestFixture(ContextKind.Scoped)]
[Parallelizable(ParallelScope.Self)]
internal sealed class ConformanceTests(ContextKind kind)
{
    // Each call builds its statement anew: fewer rounds than by default. The kinds differ in where a context comes from, and race by the same statements.
    private readonly ConformanceOptions _options = kind == ContextKind.Own ? new() { Rounds = 5, ModelRuns = 10 } : new() { Rounds = 2, ModelRuns = 3 };

    [TestCaseSource(typeof(TokenStoreConformance), nameof(TokenStoreConformance.Cases))]
    public async Task Token_store(ConformanceCase<TokenStoreHarness> conformanceCase)
    {
        await using var harness = new EntityFrameworkCoreTokenStoreHarness(kind);
        (await conformanceCase.RunAsync(harness, _options)).ThrowIfFailed();
    }

    [TestCaseSource(typeof(RotationPolicyStoreConformance), nameof(RotationPolicyStoreConformance.Cases))]
    public async Task Policy_store(ConformanceCase<RotationPolicyStoreHarness> conformanceCase)
    {
        await using var harness = new EntityFrameworkCorePolicyStoreHarness(kind);
        (await conformanceCase.RunAsync(harness, _options)).ThrowIfFailed();
    }
}
