using RefreshTokenRotation.EntityFrameworkCore.Tests.Support;
using RefreshTokenRotation.Testing.Conformance;

namespace RefreshTokenRotation.EntityFrameworkCore.Tests;

/// <summary>The whole conformance kit, from two nodes, on contexts of the store's own; every eighth case on contexts of the host's scopes.</summary>
[Parallelizable(ParallelScope.Self)]
internal sealed class ConformanceTests
{
    // Each round opens contexts: fewer rounds than by default.
    private static readonly ConformanceOptions Options = new() { Rounds = 3, ModelRuns = 5 };
    private static readonly ConformanceOptions ScopedOptions = new() { Rounds = 2, ModelRuns = 3 };

    // The kinds differ in where a context comes from, and race by the same statements.
    private static IEnumerable<ConformanceCase<TokenStoreHarness>> ScopedTokenStoreCases => TokenStoreConformance.Cases.Where(static item => item.Number % 8 == 0);

    private static IEnumerable<ConformanceCase<RotationPolicyStoreHarness>> ScopedPolicyStoreCases => RotationPolicyStoreConformance.Cases.Where(static item => item.Number % 8 == 0);

    [TestCaseSource(typeof(TokenStoreConformance), nameof(TokenStoreConformance.Cases))]
    public Task Token_store(ConformanceCase<TokenStoreHarness> conformanceCase) => RunAsync(ContextKind.Own, conformanceCase, Options);

    [TestCaseSource(nameof(ScopedTokenStoreCases))]
    public Task Token_store_with_contexts_of_scopes(ConformanceCase<TokenStoreHarness> conformanceCase) => RunAsync(ContextKind.Scoped, conformanceCase, ScopedOptions);

    [TestCaseSource(typeof(RotationPolicyStoreConformance), nameof(RotationPolicyStoreConformance.Cases))]
    public Task Policy_store(ConformanceCase<RotationPolicyStoreHarness> conformanceCase) => RunAsync(ContextKind.Own, conformanceCase, Options);

    [TestCaseSource(nameof(ScopedPolicyStoreCases))]
    public Task Policy_store_with_contexts_of_scopes(ConformanceCase<RotationPolicyStoreHarness> conformanceCase) => RunAsync(ContextKind.Scoped, conformanceCase, ScopedOptions);

    private static async Task RunAsync(ContextKind kind, ConformanceCase<TokenStoreHarness> conformanceCase, ConformanceOptions options)
    {
        await using var harness = new EntityFrameworkCoreTokenStoreHarness(kind);
        (await conformanceCase.RunAsync(harness, options)).ThrowIfFailed();
    }

    private static async Task RunAsync(ContextKind kind, ConformanceCase<RotationPolicyStoreHarness> conformanceCase, ConformanceOptions options)
    {
        await using var harness = new EntityFrameworkCorePolicyStoreHarness(kind);
        (await conformanceCase.RunAsync(harness, options)).ThrowIfFailed();
    }
}
