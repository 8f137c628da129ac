using RefreshTokenRotation.Sqlite.Tests.Support;
using RefreshTokenRotation.Testing.Conformance;

namespace RefreshTokenRotation.Sqlite.Tests;

/// <summary>The whole conformance kit, from two nodes.</summary>
[TestFixture]
internal sealed class ConformanceTests
{
    [TestCaseSource(typeof(TokenStoreConformance), nameof(TokenStoreConformance.Cases))]
    public async Task Token_store(ConformanceCase<TokenStoreHarness> conformanceCase)
    {
        await using var harness = new SqliteTokenStoreHarness();
        (await conformanceCase.RunAsync(harness)).ThrowIfFailed();
    }

    [TestCaseSource(typeof(RotationPolicyStoreConformance), nameof(RotationPolicyStoreConformance.Cases))]
    public async Task Policy_store(ConformanceCase<RotationPolicyStoreHarness> conformanceCase)
    {
        await using var harness = new SqlitePolicyStoreHarness();
        (await conformanceCase.RunAsync(harness)).ThrowIfFailed();
    }
}
