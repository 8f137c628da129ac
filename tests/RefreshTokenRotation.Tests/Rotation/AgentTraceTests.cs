using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Rotation;

/// <summary>What public bug reports of agents describe, replayed: several processes of one client share one stored token. Nobody is logged out, and there is
/// one lineage.</summary>
[TestFixture]
internal sealed class AgentTraceTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>Five processes wake at once with the same cached token, and one of them again when its access token is about to end.</summary>
    [Test]
    public async Task Five_presentations_of_one_token_within_a_second_and_one_more_after_7_minutes_45()
    {
        using var engine = new Engine(RotationPolicy.Agents);
        var issued = await engine.IssueAsync();
        var answers = new List<ExchangeResult.Succeeded>();

        for (var process = 0; process < 5; process++)
        {
            answers.Add(await engine.SucceedAsync(issued.RefreshToken));
            engine.Time.Advance(TimeSpan.FromMilliseconds(200));
        }

        engine.Time.Advance(new TimeSpan(0, 7, 45));
        answers.Add(await engine.SucceedAsync(issued.RefreshToken));

        answers.Select(answer => answer.RefreshToken.Reveal()).Distinct().Should().ContainSingle();
        answers.Select(answer => answer.Outcome).Should().Equal([ExchangeOutcome.Rotated, .. Enumerable.Repeat(ExchangeOutcome.Reissued, 5)]);
        await ShouldGoOnAsync(engine, issued, answers[^1].RefreshToken);
    }

    [Test]
    public async Task Same_trace_ends_the_session_under_a_leeway_of_seconds()
    {
        using var engine = new Engine(RotationPolicy.Spa);
        var issued = await engine.IssueAsync();
        await engine.SucceedAsync(issued.RefreshToken);

        engine.Time.Advance(new TimeSpan(0, 7, 45));

        (await engine.FailAsync(issued.RefreshToken)).Should().Be(RejectionReason.ReuseDetected);
    }

    /// <summary>A process keeps what it read at its start, while others have rotated several times.</summary>
    [TestCase(2)]
    [TestCase(5)]
    [TestCase(9)]
    [TestCase(32)]
    public async Task Process_that_is_several_generations_behind_is_brought_up_to_date(int behind)
    {
        using var engine = new Engine(RotationPolicy.Agents);
        var issued = await engine.IssueAsync();
        var stored = issued.RefreshToken;
        for (var i = 0; i < behind; i++)
        {
            stored = await engine.ExpectAsync(stored, ExchangeOutcome.Rotated);
            engine.Time.Advance(1.8 * Minute);
        }

        (await engine.ExpectAsync(issued.RefreshToken, ExchangeOutcome.Reissued)).Should().Be(stored);
        await ShouldGoOnAsync(engine, issued, stored);
    }

    /// <summary>An hour of grace, from the replacement of the token itself.</summary>
    [Test]
    public async Task Hour_of_grace_holds_for_every_generation()
    {
        using var engine = new Engine(RotationPolicy.Agents);
        var issued = await engine.IssueAsync();
        var stored = issued.RefreshToken;
        for (var i = 0; i < 6; i++)
        {
            stored = await engine.ExpectAsync(stored, ExchangeOutcome.Rotated);
            engine.Time.Advance(10 * Minute);
            if (i < 5)
            {
                (await engine.ExpectAsync(issued.RefreshToken, ExchangeOutcome.Reissued)).Should().Be(stored);
            }
        }

        (await engine.FailAsync(issued.RefreshToken)).Should().Be(RejectionReason.ReuseDetected);
        engine.Events.Of<RefreshTokenEvent.ReuseDetected>().Single().Should().Match<RefreshTokenEvent.ReuseDetected>(
            told => told.GenerationsBack == 6 && told.Age == TimeSpan.FromHours(1) && told.IsAgeExact);
    }

    /// <summary>Processes that read the file once, and keep what each answer brings for themselves.</summary>
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public async Task Five_processes_that_never_read_again_stay_logged_in_for_a_month(int seed)
    {
        using var engine = new Engine(RotationPolicy.Agents with { AbsoluteLifetime = TimeSpan.FromDays(31) });
        var random = new Random(seed);
        var issued = await engine.IssueAsync();
        var held = Enumerable.Repeat(issued.RefreshToken, 5).ToArray();
        var next = new double[5];
        for (var minute = 0.0; minute < 30 * 24 * 60;)
        {
            var process = Array.IndexOf(next, next.Min());
            engine.Time.Advance((next[process] - minute) * Minute);
            minute = next[process];
            held[process] = (await engine.SucceedAsync(held[process])).RefreshToken;

            // An access token of half an hour, refreshed early or late.
            next[process] = minute + 25 + (random.NextDouble() * 10);
        }

        engine.Events.Of<RefreshTokenEvent.ReuseDetected>().Should().BeEmpty();
        (await engine.RowAsync(issued)).RevokedAt.Should().BeNull();
    }

    [Test]
    public async Task Process_that_comes_too_late_is_told_what_to_do_and_the_others_too()
    {
        using var engine = new Engine(RotationPolicy.Agents);
        var issued = await engine.IssueAsync();
        var stored = await engine.ExpectAsync(issued.RefreshToken, ExchangeOutcome.Rotated);
        engine.Time.Advance(TimeSpan.FromHours(3));

        var late = (ExchangeResult.Rejected)await engine.ExchangeAsync(issued.RefreshToken);
        var other = (ExchangeResult.Rejected)await engine.ExchangeAsync(stored);

        (late.Reason, other.Reason).Should().Be((RejectionReason.ReuseDetected, RejectionReason.Revoked));
        late.Description.Should().StartWith("Unknown or invalid refresh token: it was replaced too long ago").And.Contain("Log in again");
        other.Description.Should().Be(late.Description);
    }

    [Test]
    public async Task Nobody_else_is_told_that_a_token_was_once_good()
    {
        using var engine = new Engine(RotationPolicy.Spa);
        var issued = await engine.IssueAsync();
        await engine.SucceedAsync(issued.RefreshToken);
        engine.Time.Advance(TimeSpan.FromHours(3));

        ((ExchangeResult.Rejected)await engine.ExchangeAsync(issued.RefreshToken)).Description.Should().BeNull();
        ((ExchangeResult.Rejected)await engine.ExchangeAsync(issued.RefreshToken)).Description.Should().BeNull();
    }

    private static async Task ShouldGoOnAsync(Engine engine, IssueResult issued, RefreshToken newest)
    {
        engine.Events.Of<RefreshTokenEvent.ReuseDetected>().Should().BeEmpty();
        (await engine.RowAsync(issued)).Should().Match<TokenFamily>(row => row.RevokedAt == null);
        await engine.ExpectAsync(newest, ExchangeOutcome.Rotated);
    }
}
