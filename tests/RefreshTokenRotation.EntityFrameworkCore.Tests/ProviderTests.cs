using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.EntityFrameworkCore.Tests.Support;
using RefreshTokenRotation.Testing.Conformance;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.EntityFrameworkCore.Tests;

/// <summary>The conformance kit and the races, from two nodes, on the providers of other databases.</summary>
[TestFixture(Provider.Sqlite)]
[TestFixture(Provider.MariaDb)]
[Parallelizable(ParallelScope.Self)]
internal sealed class ProviderTests(Provider provider)
{
    /// <summary>Rounds of each race in a long run, 1,000 for instance. Without it the races are short, and one case in eight runs: the kit runs whole on PostgreSQL.</summary>
    private static readonly int? LongRounds = int.TryParse(Environment.GetEnvironmentVariable("REFRESH_TOKEN_ROTATION_EF_ROUNDS"), out var rounds) ? rounds : null;

    private static readonly int Rounds = LongRounds ?? 5;

    private static readonly ConformanceOptions Options = ConformanceOptions.Quick with { Rounds = 1, ModelRuns = 1 };

    private static IEnumerable<ConformanceCase<TokenStoreHarness>> TokenStoreCases => TokenStoreConformance.Cases.Where(static item => LongRounds is not null || item.Number % 8 == 0);

    private static IEnumerable<ConformanceCase<RotationPolicyStoreHarness>> PolicyStoreCases =>
        RotationPolicyStoreConformance.Cases.Where(static item => LongRounds is not null || item.Number % 8 == 0);

    [TestCaseSource(nameof(TokenStoreCases))]
    public async Task Token_store(ConformanceCase<TokenStoreHarness> conformanceCase)
    {
        await using var harness = new ProviderTokenStoreHarness(provider);
        (await conformanceCase.RunAsync(harness, Options)).ThrowIfFailed();
    }

    [TestCaseSource(nameof(PolicyStoreCases))]
    public async Task Policy_store(ConformanceCase<RotationPolicyStoreHarness> conformanceCase)
    {
        await using var harness = new ProviderPolicyStoreHarness(provider);
        (await conformanceCase.RunAsync(harness, Options)).ThrowIfFailed();
    }

    [Test]
    public async Task Token_presented_in_parallel_without_leeway_succeeds_at_most_once_and_ends_the_family()
    {
        await using var database = await ProviderDatabase.CreateAsync(provider);
        await ExchangeRace.WithoutLeewayEndsEachFamilyAsync(Nodes(database, RotationPolicy.Strict), callers: 3, Rounds);
    }

    [Test]
    public async Task Token_presented_in_parallel_with_leeway_gets_one_successor_for_all()
    {
        await using var database = await ProviderDatabase.CreateAsync(provider);
        await ExchangeRace.WithLeewayGivesOneSuccessorAsync(Nodes(database, RotationPolicy.Spa), callers: 5, Rounds);
    }

    private static IRefreshTokenService[] Nodes(ProviderDatabase database, RotationPolicy policy)
    {
        var time = new FakeTime();
        return [.. Enumerable.Range(0, 2).Select(_ => database.Node(policy, time).GetRequiredService<IRefreshTokenService>())];
    }
}
