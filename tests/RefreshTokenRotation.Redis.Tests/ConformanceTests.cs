using RefreshTokenRotation.Redis.Tests.Support;
using RefreshTokenRotation.Testing.Conformance;

namespace RefreshTokenRotation.Redis.Tests;

/// <summary>The whole conformance kit, from two nodes: on one server, and on a cluster of three.</summary>
[TestFixture(false)]
[TestFixture(true)]
internal sealed class ConformanceTests(bool cluster)
{
    /// <summary>The races are the scripts', which are the same on a cluster: fewer rounds will do there.</summary>
    private readonly ConformanceOptions _options = cluster ? ConformanceOptions.Quick : new() { Callers = 32, Rounds = 4, ModelRuns = 8 };

    [TestCaseSource(typeof(TokenStoreConformance), nameof(TokenStoreConformance.Cases))]
    public async Task Token_store(ConformanceCase<TokenStoreHarness> conformanceCase)
    {
        await using var harness = new RedisTokenStoreHarness(cluster);
        (await conformanceCase.RunAsync(harness, _options)).ThrowIfFailed();
    }

    [TestCaseSource(typeof(RotationPolicyStoreConformance), nameof(RotationPolicyStoreConformance.Cases))]
    public async Task Policy_store(ConformanceCase<RotationPolicyStoreHarness> conformanceCase)
    {
        await using var harness = new RedisPolicyStoreHarness(cluster);
        (await conformanceCase.RunAsync(harness, _options)).ThrowIfFailed();
    }
}
