using RefreshTokenRotation.EntityFrameworkCore.Tests.Support;
using RefreshTokenRotation.Testing.Conformance;

namespace RefreshTokenRotation.EntityFrameworkCore.Tests;

/// <summary>The whole conformance kit, from two nodes.</summary>
[TestFixture(ContextKind.Own)]
[TestFixture(ContextKind.Scoped)]
[Parallelizable(ParallelScope.Self)]
internal sealed class ConformanceTests(ContextKind kind)
{
    // Each call builds its statement anew: fewer rounds than by default, and time for a machine that has other things to do.
    private readonly ConformanceOptions _options = new() { Rounds = 5, ModelRuns = 10, Timeout = TimeSpan.FromMinutes(5) };

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
