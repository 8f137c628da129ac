using RefreshTokenRotation.EntityFrameworkCore.Tests.Support;
using RefreshTokenRotation.Testing.Conformance;

namespace RefreshTokenRotation.EntityFrameworkCore.Tests;

/// <summary>The whole conformance kit, from two nodes.</summary>
[TestFixture(ContextKind.Own)]
[TestFixture(ContextKind.Scoped)]
internal sealed class ConformanceTests(ContextKind kind)
{
    [TestCaseSource(typeof(TokenStoreConformance), nameof(TokenStoreConformance.Cases))]
    public async Task Token_store(ConformanceCase<TokenStoreHarness> conformanceCase)
    {
        await using var harness = new EntityFrameworkCoreTokenStoreHarness(kind);
        (await conformanceCase.RunAsync(harness)).ThrowIfFailed();
    }

    [TestCaseSource(typeof(RotationPolicyStoreConformance), nameof(RotationPolicyStoreConformance.Cases))]
    public async Task Policy_store(ConformanceCase<RotationPolicyStoreHarness> conformanceCase)
    {
        await using var harness = new EntityFrameworkCorePolicyStoreHarness(kind);
        (await conformanceCase.RunAsync(harness)).ThrowIfFailed();
    }
}
