using NUnit.Framework;

namespace RefreshTokenRotation.Tests.Support;

/// <summary>One token, presented by several callers at once, in turn to the nodes of a store.</summary>
internal static class ExchangeRace
{
    private const int ManyRounds = 300;

    /// <summary>Without leeway, one caller at most succeeds, and the family ends.</summary>
    public static async Task WithoutLeewayEndsEachFamilyAsync(IRefreshTokenService[] nodes, int callers, int rounds = ManyRounds)
    {
        for (var round = 0; round < rounds; round++)
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
                (await PresentAsync(nodes[^1], token)).Should().BeOfType<ExchangeResult.Rejected>().Which.Reason.Should().Be(RejectionReason.Revoked);
            }
        }

        TestContext.Out.WriteLine($"{rounds} races of {callers} callers without leeway: no fork");
    }

    /// <summary>With leeway, all callers get one and the same successor.</summary>
    public static async Task WithLeewayGivesOneSuccessorAsync(IRefreshTokenService[] nodes, int callers, int rounds = ManyRounds)
    {
        var token = (await nodes[0].IssueAsync(Login(0))).RefreshToken;
        for (var round = 1; round <= rounds; round++)
        {
            var won = (await RaceAsync(nodes, token, callers)).Cast<ExchangeResult.Succeeded>().ToArray();

            won.Select(x => x.RefreshToken.Reveal()).Distinct().Should().ContainSingle();
            won.Count(x => x.Outcome == ExchangeOutcome.Rotated).Should().Be(1);
            won.Select(x => x.Family.Generation).Should().OnlyContain(generation => generation == round);
            token = won[0].RefreshToken;
        }

        TestContext.Out.WriteLine($"{rounds} races of {callers} callers with leeway: no fork");
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
