using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.PostgreSql.Tests;

/// <summary>One token, presented by several callers at once to two nodes with connections of their own.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ExchangeRaceTests
{
    [TestCase(2)]
    [TestCase(8)]
    public async Task Token_presented_in_parallel_without_leeway_succeeds_at_most_once_and_ends_the_family(int callers)
    {
        await using var schema = await TestSchema.CreateAsync();
        var nodes = Nodes(schema, RotationPolicy.Strict);
        await ExchangeRace.WithoutLeewayEndsEachFamilyAsync(nodes, callers);
    }

    [TestCase(2)]
    [TestCase(8)]
    public async Task Token_presented_in_parallel_with_leeway_gets_one_successor_for_all(int callers)
    {
        await using var schema = await TestSchema.CreateAsync();
        var nodes = Nodes(schema, RotationPolicy.Spa);
        await ExchangeRace.WithLeewayGivesOneSuccessorAsync(nodes, callers);
    }

    private static IRefreshTokenService[] Nodes(TestSchema schema, RotationPolicy policy)
    {
        var time = new FakeTime();
        return [.. Enumerable.Range(0, 2).Select(_ => schema.Node(policy, time).GetRequiredService<IRefreshTokenService>())];
    }
}
