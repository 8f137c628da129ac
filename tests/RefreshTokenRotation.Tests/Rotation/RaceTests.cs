using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Rotation;

/// <summary>One token is presented by many threads at once. Never do two lineages live.</summary>
[TestFixture, Category("Race")]
internal sealed class RaceTests
{
    private const int Rounds = 10_000; // of 64 callers an eighth, which is as many calls as of 8

    [TestCase(2, Rounds)]
    [TestCase(8, Rounds)]
    [TestCase(64, Rounds / 8)]
    public void Token_presented_at_once_without_leeway_succeeds_once_and_ends_its_family(int callers, int rounds) =>
        Race(callers, rounds, RotationPolicy.Strict, ExchangeOutcome.Rotated);

    [TestCase(2, Rounds)]
    [TestCase(8, Rounds)]
    [TestCase(64, Rounds / 8)]
    public void Token_presented_at_once_under_leeway_gets_one_and_the_same_successor(int callers, int rounds) =>
        Race(callers, rounds, RotationPolicy.Spa, ExchangeOutcome.Rotated);

    [TestCase(ExchangeOutcome.ConvertedToRotating)]
    [TestCase(ExchangeOutcome.ConvertedToNonRotating)]
    [TestCase(ExchangeOutcome.Recovered)]
    public void Conversions_and_recoveries_at_once_get_one_and_the_same_successor(ExchangeOutcome outcome) =>
        Race(8, 1000, RotationPolicy.Mobile, outcome);

    [Test]
    public void Revocation_at_once_with_exchanges_leaves_nothing_alive()
    {
        const int Callers = 4;
        using var engine = new Engine(RotationPolicy.Mobile);
        var issued = Issue(engine);
        var seen = new ExchangeResult?[Callers];
        Crowd.Run(
            Callers,
            Rounds,
            _ => issued = Issue(engine),
            caller =>
            {
                if (caller == 0)
                {
                    engine.Families.RevokeAsync(TokenFamilyFilter.ForFamily(issued.Family.FamilyId)).AsTask().GetAwaiter().GetResult();
                }
                else
                {
                    seen[caller] = engine.ExchangeAsync(issued.RefreshToken).GetAwaiter().GetResult();
                }
            },
            _ =>
            {
                foreach (var result in seen[1..])
                {
                    var token = result is ExchangeResult.Succeeded success ? success.RefreshToken : issued.RefreshToken;
                    engine.FailAsync(token).GetAwaiter().GetResult().Should().Be(RejectionReason.Revoked);
                }

                engine.Events.Clear();
            });
    }

    [Test]
    public void Current_and_previous_token_at_once_leave_one_lineage()
    {
        const int Callers = 4;
        using var engine = new Engine(RotationPolicy.Spa);
        RefreshToken previous = default, current = default;
        var answers = new object?[Callers];
        Crowd.Run(
            Callers,
            Rounds,
            _ =>
            {
                previous = Issue(engine).RefreshToken;
                current = engine.SucceedAsync(previous).GetAwaiter().GetResult().RefreshToken;
            },
            caller =>
            {
                try
                {
                    answers[caller] = engine.ExchangeAsync(caller % 2 == 0 ? previous : current).GetAwaiter().GetResult();
                }
                catch (RefreshTokenUnavailableException outage)
                {
                    answers[caller] = outage;
                }
            },
            _ =>
            {
                // The previous token gives the current one at most, and the current one a single successor.
                Tokens(answers.Where((_, caller) => caller % 2 == 0)).Should().BeSubsetOf([current.Reveal()]);
                var successor = Tokens(answers.Where((_, caller) => caller % 2 == 1));
                successor.Length.Should().BeLessThanOrEqualTo(1);
                var theft = answers.OfType<ExchangeResult.Rejected>().Any(answer => answer.Reason == RejectionReason.ReuseDetected);
                foreach (var token in successor)
                {
                    (engine.ExchangeAsync(token).GetAwaiter().GetResult() is ExchangeResult.Succeeded).Should().Be(!theft);
                }

                engine.Events.Clear();
            });
    }

    private static string[] Tokens(IEnumerable<object?> answers) =>
        answers.OfType<ExchangeResult.Succeeded>().Select(success => success.RefreshToken.Reveal()).Distinct().ToArray();

    private static IssueResult Issue(Engine engine) => engine.IssueAsync($"user {Guid.NewGuid()}").GetAwaiter().GetResult();

    private static void Race(int callers, int rounds, RotationPolicy policy, ExchangeOutcome outcome)
    {
        using var contest = new Contest(callers, policy, outcome);
        Crowd.Run(
            callers,
            rounds,
            round => contest.PrepareAsync(round).GetAwaiter().GetResult(),
            caller => contest.PresentAsync(caller).GetAwaiter().GetResult(),
            _ => contest.JudgeAsync().GetAwaiter().GetResult());
        contest.JudgedRounds.Should().Be(rounds);
    }
}
