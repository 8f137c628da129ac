using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Rotation;

/// <summary>When the host's hooks run, and what their refusals and exceptions do.</summary>
[TestFixture]
internal sealed class HookTests
{
    [TestCaseSource(typeof(Scenario), nameof(Scenario.Outcomes))]
    public async Task Hook_runs_before_every_success_and_sees_the_family_before_it(ExchangeOutcome outcome)
    {
        using var scenario = await Scenario.BeforeAsync(outcome);
        var device = new DeviceInfo { Name = "phone" };

        await scenario.Engine.SucceedAsync(Requests.For(scenario.Token, scopes: ["openid"], device: device));

        var seen = scenario.First.Seen.Should().ContainSingle().Subject;
        (seen.Outcome, seen.Device, seen.Family.Generation).Should().Be((outcome, device, scenario.Before.Generation));
        seen.RequestedScopes.Should().Equal("openid");
        seen.RequestedResources.Should().BeNull();
        scenario.Second.Seen.Should().ContainSingle().Which.Should().BeSameAs(seen);
    }

    [Test]
    public async Task Hook_never_runs_for_a_refusal_or_a_reuse()
    {
        using var scenario = await Scenario.BeforeAsync(ExchangeOutcome.Rotated, RotationPolicy.Strict);
        var engine = scenario.Engine;
        var bound = await engine.IssueBoundAsync("key");
        var reusable = await IssueReusableAsync(engine);
        var current = await scenario.FinishAsync();
        scenario.First.Forget();
        scenario.Second.Forget();

        (RejectionReason Reason, ExchangeRequest Request)[] refusals =
        [
            (RejectionReason.Unknown, Requests.For("rtr_garbage")),
            (RejectionReason.Unknown, Requests.For(current, tenant: "t2")),
            (RejectionReason.ClientMismatch, Requests.For(current, client: "tv")),
            (RejectionReason.SenderMismatch, Requests.For(bound.RefreshToken)),
            (RejectionReason.InvalidScope, Requests.For(current, scopes: ["admin"])),
            (RejectionReason.InvalidTarget, Requests.For(current, resources: ["https://api"])),
            (RejectionReason.Unknown, Requests.For(Forgery.Of(reusable.RefreshToken))),
            (RejectionReason.ReuseDetected, Requests.For(scenario.Token)),
            (RejectionReason.Revoked, Requests.For(current)),
        ];
        foreach (var (reason, request) in refusals)
        {
            (await engine.FailAsync(request)).Should().Be(reason);
        }

        engine.Time.Advance(TimeSpan.FromDays(30));
        (await engine.FailAsync(Requests.For(bound.RefreshToken, key: "key"))).Should().Be(RejectionReason.Expired);
        scenario.First.Seen.Should().BeEmpty();
        scenario.Second.Seen.Should().BeEmpty();
    }

    [TestCaseSource(typeof(Scenario), nameof(Scenario.Outcomes))]
    public async Task Hook_that_refuses_consumes_nothing(ExchangeOutcome outcome)
    {
        using var scenario = await Scenario.BeforeAsync(outcome);
        var device = new DeviceInfo { Name = "phone" };
        scenario.First.OnExchange = context => context.Refuse("blocked");
        var signed = 0;

        var result = await scenario.Engine.ExchangeAsync(Requests.For(scenario.Token, device: device, create: (_, _) =>
        {
            signed++;
            return new(new AccessToken { Value = "at", Lifetime = TimeSpan.FromMinutes(5) });
        }));

        var refused = result.Should().BeOfType<ExchangeResult.Rejected>().Subject;
        (refused.Reason, refused.Description).Should().Be((RejectionReason.Refused, "blocked"));
        signed.Should().Be(0);
        var told = scenario.Engine.Events.Of<RefreshTokenEvent.Rejected>().Single();
        (told.Reason, told.Description, told.Device, told.IsSecurityEvent).Should().Be((RejectionReason.Refused, "blocked", device, false));
        told.WasCurrent.Should().Be(outcome is not (ExchangeOutcome.Reissued or ExchangeOutcome.Recovered));
        await scenario.ExpectNothingConsumedAsync();
    }

    [TestCaseSource(typeof(Scenario), nameof(Scenario.Outcomes))]
    public async Task Hook_that_throws_consumes_nothing(ExchangeOutcome outcome)
    {
        using var scenario = await Scenario.BeforeAsync(outcome);
        scenario.Second.OnExchange = _ => throw new InvalidOperationException("bug");

        await scenario.Engine.Invoking(e => e.ExchangeAsync(scenario.Token)).Should().ThrowAsync<InvalidOperationException>().WithMessage("bug");

        scenario.Engine.Events.All.Should().BeEmpty();
        await scenario.ExpectNothingConsumedAsync();
    }

    [Test]
    public async Task Hooks_run_in_order_and_stop_at_the_first_refusal()
    {
        using var scenario = await Scenario.BeforeAsync(ExchangeOutcome.Rotated);
        var order = new List<int>();
        scenario.First.OnExchange = _ => order.Add(1);
        scenario.Second.OnExchange = _ => order.Add(2);
        var next = await scenario.FinishAsync();
        order.Should().Equal(1, 2);

        order.Clear();
        scenario.First.OnExchange = context =>
        {
            order.Add(1);
            context.Refuse();
        };
        var refused = (await scenario.Engine.ExchangeAsync(next)).Should().BeOfType<ExchangeResult.Rejected>().Subject;

        order.Should().Equal(1);
        refused.Description.Should().BeNull();
    }

    [Test]
    public async Task Refusal_of_the_second_hook_counts_too()
    {
        using var scenario = await Scenario.BeforeAsync(ExchangeOutcome.Rotated);
        scenario.Second.OnExchange = context => context.Refuse("second");

        (await scenario.Engine.ExchangeAsync(scenario.Token))
            .Should().BeOfType<ExchangeResult.Rejected>().Which.Description.Should().Be("second");
        await scenario.ExpectNothingConsumedAsync();
    }

    [TestCaseSource(typeof(Scenario), nameof(Scenario.FreshOutcomes))]
    public async Task Times_are_taken_after_the_hooks(ExchangeOutcome outcome)
    {
        using var scenario = await Scenario.BeforeAsync(outcome);
        scenario.Second.OnExchange = _ => scenario.Engine.Time.Advance(TimeSpan.FromSeconds(7));

        await scenario.FinishAsync();

        var row = await scenario.RowAsync();
        row.RotatedAt.Should().Be(scenario.Engine.Now);
        row.LeewayUntil.Should().Be(scenario.Engine.Now + TimeSpan.FromSeconds(10));
    }

    [Test]
    public async Task Hook_can_bind_reissues_to_a_device()
    {
        using var scenario = await Scenario.BeforeAsync(ExchangeOutcome.Rotated);
        var (own, foreign) = (new DeviceInfo { Name = "own" }, new DeviceInfo { Name = "foreign" });
        scenario.First.OnExchange = context =>
        {
            if (context.Outcome == ExchangeOutcome.Reissued && context.Device != context.Family.LastDevice)
            {
                context.Refuse();
            }
        };
        await scenario.Engine.SucceedAsync(Requests.For(scenario.Token, device: own));

        (await scenario.Engine.FailAsync(Requests.For(scenario.Token, device: foreign))).Should().Be(RejectionReason.Refused);
        (await scenario.Engine.SucceedAsync(Requests.For(scenario.Token, device: own))).Outcome.Should().Be(ExchangeOutcome.Reissued);
    }

    [Test]
    public async Task Hook_runs_again_after_a_conflict_and_may_refuse_then()
    {
        using var scenario = await Scenario.BeforeAsync(ExchangeOutcome.Rotated);
        scenario.Store.FailSwaps(SwapFault.ConflictWithoutWrite);
        scenario.First.OnExchange = context =>
        {
            if (scenario.First.Seen.Count == 2)
            {
                context.Refuse();
            }
        };

        (await scenario.Engine.FailAsync(scenario.Token)).Should().Be(RejectionReason.Refused);

        scenario.Store.Reset();
        await scenario.ExpectNothingConsumedAsync();
    }

    private static async Task<IssueResult> IssueReusableAsync(Engine engine)
    {
        var policy = engine.Policy;
        engine.Policy = RotationPolicy.Fapi;
        var issued = await engine.IssueAsync();
        engine.Policy = policy;
        return issued;
    }
}
