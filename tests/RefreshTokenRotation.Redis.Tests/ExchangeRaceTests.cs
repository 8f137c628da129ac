using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Redis.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Redis.Tests;

/// <summary>One token, presented by several callers at once to two nodes with connections of their own. An environment variable raises the number of rounds.</summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class ExchangeRaceTests(bool cluster)
{
    private const int Callers = 8;

    private static readonly int Rounds = int.Parse(Environment.GetEnvironmentVariable("REFRESH_TOKEN_ROTATION_RACES") ?? "30", CultureInfo.InvariantCulture);

    [Test]
    public async Task Token_presented_in_parallel_without_leeway_succeeds_at_most_once_and_ends_the_family()
    {
        await using var space = await TestSpace.CreateAsync(cluster);
        await ExchangeRace.WithoutLeewayEndsEachFamilyAsync(Nodes(space, RotationPolicy.Strict), Callers, Rounds);
    }

    [Test]
    public async Task Token_presented_in_parallel_with_leeway_gets_one_successor_for_all()
    {
        await using var space = await TestSpace.CreateAsync(cluster);
        await ExchangeRace.WithLeewayGivesOneSuccessorAsync(Nodes(space, RotationPolicy.Spa), Callers, Rounds);
    }

    private static IRefreshTokenService[] Nodes(TestSpace space, RotationPolicy policy)
    {
        var time = new FakeTime();
        return [.. Enumerable.Range(0, 2).Select(_ => space.Node(policy, time).GetRequiredService<IRefreshTokenService>())];
    }
}
