using System.Globalization;

namespace RefreshTokenRotation.TestSupport.OpenIddict;

/// <summary>One refresh token, presented by several callers at once, again and again.</summary>
internal static class Race
{
    /// <summary>How a series of races ended.</summary>
    /// <param name="Rounds">How many races.</param>
    /// <param name="Forks">Races in which one token got more than one successor.</param>
    /// <param name="Successes">Answers with a token.</param>
    /// <param name="Refusals">Answers of <c>invalid_grant</c>.</param>
    /// <param name="Others">Any other answer.</param>
    internal sealed record Outcome(int Rounds, int Forks, int Successes, int Refusals, int Others)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"{Rounds} rounds: {Forks} forks, {Successes} successes, {Refusals} refusals, {Others} other answers");
    }

    public static async Task<Outcome> RunAsync(OpenIddictClient client, int callers, int rounds)
    {
        var (forks, successes, refusals, others) = (0, 0, 0, 0);
        string? token = null;
        for (var round = 0; round < rounds; round++)
        {
            token ??= (await client.LogInAsync(string.Create(CultureInfo.InvariantCulture, $"racer-{callers}-{round}"))).RefreshToken;
            var presented = token;
            using var start = new SemaphoreSlim(0);
            var calls = Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
            {
                await start.WaitAsync();
                return await client.RefreshAsync(presented);
            })).ToArray();
            start.Release(callers);
            var answers = await Task.WhenAll(calls);
            var successors = answers.Where(static answer => answer.IsOk).Select(static answer => answer.RefreshToken).Distinct(StringComparer.Ordinal).ToArray();
            forks += successors.Length > 1 ? 1 : 0;
            successes += answers.Count(static answer => answer.IsOk);
            refusals += answers.Count(static answer => answer.Text("error") == "invalid_grant");
            others += answers.Count(static answer => !answer.IsOk && answer.Text("error") != "invalid_grant");

            // A refusal may be a detected replay that ended the session: the next round begins with a log-in.
            token = successors.Length == 1 && answers.All(static answer => answer.IsOk) ? successors[0] : null;
        }

        return new Outcome(rounds, forks, successes, refusals, others);
    }
}
