using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.EntityFrameworkCore.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.EntityFrameworkCore.Tests;

/// <summary>One token, presented by several callers at once to two nodes with connections of their own.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ExchangeRaceTests
{
    [TestCase(ContextKind.Scoped, 3)]
    public async Task Token_presented_in_parallel_without_leeway_succeeds_at_most_once_and_ends_the_family(ContextKind kind, int callers)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var nodes = Nodes(database, RotationPolicy.Strict);
        await ExchangeRace.WithoutLeewayEndsEachFamilyAsync(nodes, callers);
    }

    [TestCase(ContextKind.Own, 5)]
    public async Task Token_presented_in_parallel_with_leeway_gets_one_successor_for_all(ContextKind kind, int callers)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var nodes = Nodes(database, RotationPolicy.Spa);
        await ExchangeRace.WithLeewayGivesOneSuccessorAsync(nodes, callers);
    }

    private static IRefreshTokenService[] Nodes(TestDatabase database, RotationPolicy policy)
    {
        var time = new FakeTime();
        return [.. Enumerable.Range(0, 2).Select(_ => database.Node(policy, time).GetRequiredService<IRefreshTokenService>())];
    }
}
