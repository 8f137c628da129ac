using System.Text.Json.Nodes;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Rotation;

/// <summary>Hooks that answer: an error of the host's choice, a revocation, metadata.</summary>
[TestFixture]
internal sealed class HookAnswerTests
{
    [TestCaseSource(typeof(Scenario), nameof(Scenario.Outcomes))]
    public async Task Refusal_with_an_error_consumes_nothing_and_the_token_goes_on(ExchangeOutcome outcome)
    {
        using var scenario = await Scenario.BeforeAsync(outcome);
        var refusal = ExchangeRefusal.InteractionRequired("Accept the new terms.");
        scenario.First.OnExchange = context =>
        {
            context.SetMetadata("seen", "yes");
            context.Refuse(refusal);
        };

        var rejected = (await scenario.Engine.ExchangeAsync(scenario.Token)).Should().BeOfType<ExchangeResult.Rejected>().Subject;

        (rejected.Reason, rejected.Description, rejected.Refusal).Should().Be((RejectionReason.Refused, "Accept the new terms.", refusal));
        scenario.Second.Seen.Should().BeEmpty();
        await scenario.ExpectNothingConsumedAsync();
    }

    [TestCaseSource(typeof(Scenario), nameof(Scenario.Outcomes))]
    public async Task Revocation_ends_the_family_before_the_answer(ExchangeOutcome outcome)
    {
        using var scenario = await Scenario.BeforeAsync(outcome);
        scenario.First.OnExchange = context => context.Revoke(RevocationReason.CredentialsChanged);
        var signed = 0;

        var result = await scenario.Engine.ExchangeAsync(Requests.For(scenario.Token, create: (_, _) =>
        {
            signed++;
            return new(new AccessToken { Value = "at", Lifetime = TimeSpan.FromMinutes(5) });
        }));

        var rejected = result.Should().BeOfType<ExchangeResult.Rejected>().Subject;
        (rejected.Reason, rejected.Refusal!.Error, rejected.Refusal.StatusCode, signed).Should().Be((RejectionReason.Refused, "access_denied", 403, 0));
        var row = await scenario.RowAsync();
        (row.RevokedAt, row.RevocationReason, row.Generation).Should().Be((scenario.Engine.Now, RevocationReason.CredentialsChanged, scenario.Before.Generation));
        row.Salt.Should().BeNull();
        var revoked = scenario.Engine.Events.Of<RefreshTokenEvent.Revoked>().Should().ContainSingle().Subject;
        (revoked.Reason, revoked.Count, revoked.Family!.Version).Should().Be((RevocationReason.CredentialsChanged, 1, row.Version));
        scenario.First.OnExchange = null;
        (await scenario.Engine.FailAsync(scenario.Token)).Should().Be(RejectionReason.Revoked);
    }

    [TestCase(SwapFault.ThrowAfterWrite)]
    [TestCase(SwapFault.ThrowBeforeWrite)]
    [TestCase(SwapFault.ConflictWithoutWrite)]
    [TestCase(SwapFault.ConflictThoughWritten)]
    public async Task Revocation_whose_outcome_is_unknown_is_made_certain(SwapFault fault)
    {
        using var scenario = await Scenario.BeforeAsync(ExchangeOutcome.Rotated);
        scenario.First.OnExchange = context => context.Revoke(RevocationReason.User);
        scenario.Store.FailSwaps(fault);

        var rejected = (await scenario.Engine.ExchangeAsync(scenario.Token)).Should().BeOfType<ExchangeResult.Rejected>().Subject;

        rejected.Refusal!.Error.Should().Be("access_denied");
        (await scenario.RowAsync()).RevocationReason.Should().Be(RevocationReason.User);
        scenario.Engine.Events.Of<RefreshTokenEvent.Revoked>().Should().ContainSingle();
    }

    [Test]
    public async Task Revocation_that_another_call_overtakes_is_that_calls_own()
    {
        using var scenario = await Scenario.BeforeAsync(ExchangeOutcome.Rotated);
        scenario.First.OnExchange = context => context.Revoke(RevocationReason.Administrator);
        scenario.Store.Overtake(() => scenario.Engine.Families.RevokeAsync(
            TokenFamilyFilter.ForFamily(scenario.Issued.Family.FamilyId), RevocationReason.User).AsTask());

        (await scenario.Engine.FailAsync(scenario.Token)).Should().Be(RejectionReason.Revoked);

        (await scenario.RowAsync()).RevocationReason.Should().Be(RevocationReason.User);
        scenario.Engine.Events.Of<RefreshTokenEvent.Revoked>().Should().ContainSingle();
    }

    [TestCaseSource(typeof(Scenario), nameof(Scenario.Outcomes))]
    public async Task Metadata_go_with_the_write_of_the_exchange_or_with_one_of_their_own(ExchangeOutcome outcome)
    {
        using var scenario = await Scenario.BeforeAsync(outcome);
        await scenario.WriteMetadataAsync("1");
        scenario.Store.Reset();
        scenario.First.OnExchange = context =>
        {
            context.Metadata.Should().Equal(new Dictionary<string, string> { ["n"] = "1" });
            context.SetMetadata("country", "CH");
        };
        scenario.Second.OnExchange = context =>
        {
            context.Metadata.Should().HaveCount(2);
            context.SetMetadata("n", null);
        };

        await scenario.FinishAsync();

        (await scenario.RowAsync()).Metadata.Should().Equal(new Dictionary<string, string> { ["country"] = "CH" });
        scenario.Store.Swaps.Should().Be(1);
        scenario.Engine.Events.Of<RefreshTokenEvent.Exchanged>().Single().Family!.Metadata.Should().ContainKey("country");
    }

    [Test]
    public async Task Metadata_out_of_bounds_end_the_call_and_consume_nothing()
    {
        using var scenario = await Scenario.BeforeAsync(ExchangeOutcome.Rotated);
        foreach (var (key, value) in new[] { ("a b", "x"), ("a", new string('x', 256)), ("a", "\n"), ("", "x") })
        {
            scenario.First.OnExchange = context => context.SetMetadata(key, value);
            await scenario.Engine.Invoking(engine => engine.ExchangeAsync(scenario.Token)).Should().ThrowAsync<ArgumentException>();
        }

        scenario.First.OnExchange = context => Enumerable.Range(0, 26).ToList().ForEach(i => context.SetMetadata($"k{i}", "v"));
        await scenario.Engine.Invoking(engine => engine.ExchangeAsync(scenario.Token)).Should().ThrowAsync<ArgumentException>();
        await scenario.ExpectNothingConsumedAsync();
    }

    [Test]
    public async Task Hooks_that_answer_never_run_on_reuse()
    {
        using var scenario = await Scenario.BeforeAsync(ExchangeOutcome.Rotated, RotationPolicy.Strict);
        await scenario.FinishAsync();
        scenario.First.OnExchange = context => context.Revoke(RevocationReason.User);

        var rejected = (await scenario.Engine.ExchangeAsync(scenario.Token)).Should().BeOfType<ExchangeResult.Rejected>().Subject;

        (rejected.Reason, rejected.Refusal).Should().Be((RejectionReason.ReuseDetected, null));
        (await scenario.RowAsync()).RevocationReason.Should().Be(RevocationReason.ReuseDetected);
    }

    [TestCase(RevocationReason.ReuseDetected)]
    [TestCase((RevocationReason)99)]
    public async Task Reason_that_no_hook_can_know_is_a_fault_of_the_host(RevocationReason reason)
    {
        using var scenario = await Scenario.BeforeAsync(ExchangeOutcome.Rotated);
        scenario.First.OnExchange = context => context.Revoke(reason);

        await scenario.Engine.Invoking(engine => engine.ExchangeAsync(scenario.Token)).Should().ThrowAsync<ArgumentException>();
        await scenario.ExpectNothingConsumedAsync();
    }

    [Test]
    public void Refusals_carry_what_their_standards_name()
    {
        var stepUp = ExchangeRefusal.StepUpRequired(["urn:mfa", "urn:key"], TimeSpan.FromMinutes(5), "Log in again.");
        (stepUp.Error, stepUp.StatusCode, stepUp.Description).Should().Be(("insufficient_user_authentication", 400, "Log in again."));
        stepUp.Members!.ToJsonString().Should().Be("""{"acr_values":"urn:mfa urn:key","max_age":300}""");
        var mfa = ExchangeRefusal.MfaRequired("the-token", members: new JsonObject { ["mfa_requirements"] = new JsonObject() });
        (mfa.Error, mfa.StatusCode).Should().Be(("mfa_required", 403));
        mfa.Members!.ToJsonString().Should().Be("""{"mfa_requirements":{},"mfa_token":"the-token"}""");
        mfa.ToString().Should().NotContain("the-token");
        mfa.Members!["mfa_token"] = "changed";
        mfa.Members!["mfa_token"]!.GetValue<string>().Should().Be("the-token", "it is a copy");
        (ExchangeRefusal.InteractionRequired().StatusCode, ExchangeRefusal.AccessDenied().StatusCode).Should().Be((400, 403));
    }

    [Test]
    public void Refusals_out_of_bounds_can_not_be_made()
    {
        Action[] wrong =
        [
            () => _ = new ExchangeRefusal(""),
            () => _ = new ExchangeRefusal("a\"b"),
            () => _ = new ExchangeRefusal("é"),
            () => _ = new ExchangeRefusal(new string('a', 65)),
            () => _ = new ExchangeRefusal("a", statusCode: 399),
            () => _ = new ExchangeRefusal("a", statusCode: 500),
            () => _ = new ExchangeRefusal("a", members: new JsonObject { ["error"] = "b" }),
            () => _ = new ExchangeRefusal("a", members: new JsonObject { ["error_description"] = "b" }),
            () => ExchangeRefusal.MfaRequired(""),
            () => ExchangeRefusal.StepUpRequired(maxAge: TimeSpan.FromSeconds(-1)),
        ];
        wrong.Should().AllSatisfy(make => make.Should().Throw<ArgumentException>());
    }
}
