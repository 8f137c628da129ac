using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Rotation;

/// <summary>The access token is produced before the write, so that a signer that fails consumes nothing.</summary>
[TestFixture]
internal sealed class AccessTokenOrderTests
{
    [TestCaseSource(typeof(Scenario), nameof(Scenario.Outcomes))]
    public async Task Callback_runs_once_before_the_write_and_its_token_is_returned(ExchangeOutcome outcome)
    {
        using var scenario = await Scenario.BeforeAsync(outcome);
        var calls = 0;
        async ValueTask<AccessToken> CreateAsync(AccessTokenContext context, CancellationToken cancellationToken)
        {
            calls++;
            (await scenario.RowAsync()).Should().BeSameAs(scenario.Before);
            scenario.Engine.Events.All.Should().BeEmpty();
            return new AccessToken { Value = "at", Lifetime = TimeSpan.FromMinutes(5), IdToken = "id" };
        }

        var result = await scenario.Engine.SucceedAsync(Requests.For(scenario.Token, create: CreateAsync));

        calls.Should().Be(1);
        result.Outcome.Should().Be(outcome);
        (result.AccessToken!.Value, result.AccessToken.IdToken).Should().Be(("at", "id"));
    }

    [TestCaseSource(typeof(Scenario), nameof(Scenario.Outcomes))]
    public async Task Callback_that_throws_consumes_nothing(ExchangeOutcome outcome)
    {
        using var scenario = await Scenario.BeforeAsync(outcome);
        var request = Requests.Signing(scenario.Token, _ => throw new InvalidOperationException("no key"));

        await scenario.Engine.Invoking(e => e.ExchangeAsync(request)).Should().ThrowAsync<InvalidOperationException>().WithMessage("no key");

        scenario.Engine.Events.All.Should().BeEmpty();
        await scenario.ExpectNothingConsumedAsync();
    }

    [TestCaseSource(typeof(Scenario), nameof(Scenario.Outcomes))]
    public async Task Context_tells_family_generation_outcome_scope_and_resources(ExchangeOutcome outcome)
    {
        using var scenario = await Scenario.BeforeAsync(outcome);
        AccessTokenContext? seen = null;
        var result = await scenario.Engine.SucceedAsync(Requests.Signing(scenario.Token, context =>
        {
            seen = context;
            return "at";
        }));

        seen!.Outcome.Should().Be(outcome);
        seen.Generation.Should().Be(result.Family.Generation, "it is the generation of the refresh token in the same answer");
        seen.Family.FamilyId.Should().Be(scenario.Issued.Family.FamilyId);
        seen.Family.Generation.Should().Be(scenario.Before.Generation);
        seen.Scopes.Should().Equal("openid", "offline_access").And.Equal(result.Scopes);
        seen.Resources.Should().BeEmpty();
        (await scenario.RowAsync()).Generation.Should().Be(seen.Generation);
    }

    [Test]
    public async Task Context_tells_the_narrowed_scope_and_resource()
    {
        using var engine = new Engine();
        var issued = await engine.IssueAsync(new IssueRequest
        {
            Subject = Engine.User,
            ClientId = Engine.Client,
            Scopes = ["read", "write"],
            Resources = ["https://a", "https://b"],
        });
        string? seen = null;

        await engine.SucceedAsync(Requests.For(
            issued.RefreshToken,
            scopes: ["write"],
            resources: ["https://b"],
            create: (context, _) =>
            {
                seen = string.Join(' ', [.. context.Scopes, .. context.Resources]);
                return new(new AccessToken { Value = "at", Lifetime = TimeSpan.FromMinutes(5) });
            }));

        seen.Should().Be("write https://b");
    }

    [TestCaseSource(typeof(Scenario), nameof(Scenario.FreshOutcomes))]
    public async Task Callback_runs_again_after_a_conflict_and_the_abandoned_token_is_discarded(ExchangeOutcome outcome)
    {
        using var scenario = await Scenario.BeforeAsync(outcome);
        scenario.Store.FailSwaps(SwapFault.ConflictWithoutWrite, SwapFault.ThrowBeforeWrite);
        var calls = 0;

        var result = await scenario.Engine.SucceedAsync(Requests.Signing(scenario.Token, _ => $"{++calls}"));

        result.AccessToken!.Value.Should().Be($"{calls}");
        calls.Should().Be(3);
    }

    [Test]
    public async Task Callback_of_the_loser_runs_again_for_the_reissue()
    {
        using var scenario = await Scenario.BeforeAsync(ExchangeOutcome.Rotated);
        scenario.Store.Overtake(async () => await scenario.FinishAsync());

        var result = await scenario.Engine.SucceedAsync(
            Requests.Signing(scenario.Token, context => $"{context.Outcome} {context.Generation}"));

        (result.Outcome, result.AccessToken!.Value).Should().Be((ExchangeOutcome.Reissued, "Reissued 1"));
    }

    [TestCaseSource(typeof(Scenario), nameof(Scenario.FreshOutcomes))]
    public async Task Times_are_taken_after_the_callback(ExchangeOutcome outcome)
    {
        using var scenario = await Scenario.BeforeAsync(outcome);
        var before = scenario.Engine.Now;

        await scenario.Engine.SucceedAsync(Requests.Signing(scenario.Token, _ =>
        {
            scenario.Engine.Time.Advance(TimeSpan.FromSeconds(7));
            return "at";
        }));

        var row = await scenario.RowAsync();
        row.RotatedAt.Should().Be(before + TimeSpan.FromSeconds(7));
        row.LastUsedAt.Should().Be(row.RotatedAt);
        row.LeewayUntil.Should().Be(row.RotatedAt + TimeSpan.FromSeconds(10));
        row.IdleExpiresAt.Should().Be(row.RotatedAt + TimeSpan.FromDays(15));
    }

    [Test]
    public async Task Callback_does_not_run_for_a_refusal()
    {
        using var scenario = await Scenario.BeforeAsync(ExchangeOutcome.Rotated);
        var calls = 0;
        string Sign(AccessTokenContext context) => $"{++calls}";
        await scenario.OvertakeTwiceAsync();

        (await scenario.Engine.FailAsync(Requests.Signing(scenario.Token, Sign))).Should().Be(RejectionReason.ReuseDetected);
        (await scenario.Engine.FailAsync(Requests.Signing(scenario.Token, Sign))).Should().Be(RejectionReason.Revoked);

        calls.Should().Be(0);
    }

    [Test]
    public async Task Log_in_runs_its_callback_before_the_family_is_stored()
    {
        using var engine = new Engine();
        var request = new IssueRequest
        {
            Subject = Engine.User,
            ClientId = Engine.Client,
            CreateAccessToken = (_, _) => throw new InvalidOperationException("no key"),
        };

        await engine.Invoking(e => e.IssueAsync(request)).Should().ThrowAsync<InvalidOperationException>();

        (await engine.Families.ListAsync(TokenFamilyFilter.ForUser(Engine.User))).Families.Should().BeEmpty();
        engine.Events.All.Should().BeEmpty();
    }
}
