using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.EntityFrameworkCore.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.EntityFrameworkCore.Tests;

/// <summary>One token, presented by several callers at once to two nodes with connections of their own.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ExchangeRaceTests
{
    private const int Rounds = 1000;

    [TestCase(ContextKind.Scoped, 3)]
    public async Task Token_presented_in_parallel_without_leeway_succeeds_at_most_once_and_ends_the_family(ContextKind kind, int callers)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var nodes = Nodes(database, RotationPolicy.Strict);
        for (var round = 0; round < Rounds; round++)
        {
            var issued = await nodes[0].IssueAsync(Login(round));
            var results = await RaceAsync(nodes, issued.RefreshToken, callers);

            var won = results.OfType<ExchangeResult.Succeeded>().ToArray();
            won.Length.Should().BeLessThanOrEqualTo(1);
            results.OfType<ExchangeResult.Rejected>().Select(x => x.Reason)
                .Should().OnlyContain(reason => reason == RejectionReason.ReuseDetected || reason == RejectionReason.Revoked)
                .And.Contain(RejectionReason.ReuseDetected);
            foreach (var token in won.Select(x => x.RefreshToken).Append(issued.RefreshToken))
            {
                (await PresentAsync(nodes[1], token)).Should().BeOfType<ExchangeResult.Rejected>().Which.Reason.Should().Be(RejectionReason.Revoked);
            }
        }
    }

    [TestCase(ContextKind.Own, 5)]
    public async Task Token_presented_in_parallel_with_leeway_gets_one_successor_for_all(ContextKind kind, int callers)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var nodes = Nodes(database, RotationPolicy.Spa);
        var token = (await nodes[0].IssueAsync(Login(0))).RefreshToken;
        for (var round = 1; round <= Rounds; round++)
        {
            var won = (await RaceAsync(nodes, token, callers)).Cast<ExchangeResult.Succeeded>().ToArray();

            won.Select(x => x.RefreshToken.Reveal()).Distinct().Should().ContainSingle();
            won.Count(x => x.Outcome == ExchangeOutcome.Rotated).Should().Be(1);
            won.Select(x => x.Family.Generation).Should().OnlyContain(generation => generation == round);
            token = won[0].RefreshToken;
        }
    }

    private static IRefreshTokenService[] Nodes(TestDatabase database, RotationPolicy policy)
    {
        var time = new FakeTime();
        return [.. Enumerable.Range(0, 2).Select(_ => database.Node(policy, time).GetRequiredService<IRefreshTokenService>())];
    }

    private static IssueRequest Login(int round) => new() { Subject = $"user{round}", ClientId = "spa", Scopes = ["openid"] };

    private static async Task<ExchangeResult> PresentAsync(IRefreshTokenService node, RefreshToken token) =>
        await node.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = "spa" });

    private static async Task<ExchangeResult[]> RaceAsync(IRefreshTokenService[] nodes, RefreshToken token, int callers)
    {
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var calls = Enumerable.Range(0, callers).Select(async i =>
        {
            await start.Task;
            return await PresentAsync(nodes[i % nodes.Length], token);
        }).ToArray();
        start.SetResult();
        return await Task.WhenAll(calls);
    }
}
