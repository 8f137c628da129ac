using RefreshTokenRotation.Redis.Tests.Support;
using RefreshTokenRotation.Testing.Conformance;

namespace RefreshTokenRotation.Redis.Tests;

/// <summary>The whole conformance kit, from two nodes: on one server, and on a cluster of three.</summary>
[TestFixture(false)]
[TestFixture(true)]
internal sealed class ConformanceTests(bool cluster)
{
    [TestCaseSource(typeof(TokenStoreConformance), nameof(TokenStoreConformance.Cases))]
    public async Task Token_store(ConformanceCase<TokenStoreHarness> conformanceCase)
    {
        await using var harness = new RedisTokenStoreHarness(cluster);
        (await conformanceCase.RunAsync(harness)).ThrowIfFailed();
    }

    [TestCaseSource(typeof(RotationPolicyStoreConformance), nameof(RotationPolicyStoreConformance.Cases))]
    public async Task Policy_store(ConformanceCase<RotationPolicyStoreHarness> conformanceCase)
    {
        await using var harness = new RedisPolicyStoreHarness(cluster);
        (await conformanceCase.RunAsync(harness)).ThrowIfFailed();
    }
}
