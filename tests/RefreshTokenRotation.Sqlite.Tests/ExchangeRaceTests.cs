using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Sqlite.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Sqlite.Tests;

/// <summary>One token, presented by several callers at once to two nodes with connections of their own.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ExchangeRaceTests
{
    [TestCase(2)]
    [TestCase(8)]
    public async Task Token_presented_in_parallel_without_leeway_succeeds_at_most_once_and_ends_the_family(int callers)
    {
        using var file = new TestFile();
        var nodes = Nodes(file, RotationPolicy.Strict);
        await ExchangeRace.WithoutLeewayEndsEachFamilyAsync(nodes, callers);
    }

    [TestCase(2)]
    [TestCase(8)]
    public async Task Token_presented_in_parallel_with_leeway_gets_one_successor_for_all(int callers)
    {
        using var file = new TestFile();
        var nodes = Nodes(file, RotationPolicy.Spa);
        await ExchangeRace.WithLeewayGivesOneSuccessorAsync(nodes, callers);
    }

    private static IRefreshTokenService[] Nodes(TestFile file, RotationPolicy policy)
    {
        var time = new FakeTime();
        return [.. Enumerable.Range(0, 2).Select(_ => file.Node(policy, time).GetRequiredService<IRefreshTokenService>())];
    }
}
