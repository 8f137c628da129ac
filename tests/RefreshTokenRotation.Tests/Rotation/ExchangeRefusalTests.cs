using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Rotation;

/// <summary>A host that refuses an exchange while it makes the access token: a refusal like the others, and no failure.</summary>
[TestFixture, NonParallelizable]
internal sealed class ExchangeRefusalTests
{
    [TestCaseSource(typeof(Scenario), nameof(Scenario.Outcomes))]
    public async Task Refusal_of_the_callback_consumes_nothing_and_is_reported(ExchangeOutcome outcome)
    {
        using var scenario = await Scenario.BeforeAsync(outcome);

        var reason = await scenario.Engine.FailAsync(Requests.Signing(scenario.Token, static _ => throw new ExchangeRefusedException(RejectionReason.InvalidTarget)));

        reason.Should().Be(RejectionReason.InvalidTarget);
        scenario.Engine.Events.All.Should().ContainSingle().Which.Should().BeOfType<RefreshTokenEvent.Rejected>().Which.Should().Match<RefreshTokenEvent.Rejected>(told =>
            told.Reason == RejectionReason.InvalidTarget && told.Family!.FamilyId == scenario.Issued.Family.FamilyId);
        scenario.Engine.Events.Clear();
        await scenario.ExpectNothingConsumedAsync();
    }

    [TestCase(RejectionReason.InvalidScope, "invalid_scope")]
    [TestCase(RejectionReason.InvalidTarget, "invalid_target")]
    [TestCase(RejectionReason.Refused, "refused")]
    public async Task Refusal_is_measured_by_its_reason_and_not_as_an_error(RejectionReason reason, string code)
    {
        using var metrics = new MetricRecorder();
        using var engine = new Engine();
        var issued = await engine.IssueAsync();

        (await engine.FailAsync(Requests.Signing(issued.RefreshToken, _ => throw new ExchangeRefusedException(reason)))).Should().Be(reason);

        metrics.Of(RotationTelemetry.ExchangeDuration).Should().ContainSingle().Which.Tags.Should().Be($"result={code}");
        metrics.Sum(RotationTelemetry.Rejections, $"reason={code}").Should().Be(1);
    }

    [Test]
    public void Reasons_that_the_library_finds_are_not_the_hosts()
    {
        RejectionReason[] allowed = [RejectionReason.InvalidScope, RejectionReason.InvalidTarget, RejectionReason.Refused];

        new ExchangeRefusedException().Reason.Should().Be(RejectionReason.Refused);
        foreach (var reason in Enum.GetValues<RejectionReason>().Except(allowed))
        {
            FluentActions.Invoking(() => new ExchangeRefusedException(reason)).Should().Throw<ArgumentOutOfRangeException>(reason.ToString());
        }
    }
}
