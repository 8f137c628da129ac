using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Rotation;

/// <summary>Hooks shorten a family's life, and only shorten.</summary>
[TestFixture]
internal sealed class HookLifetimeTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [TestCaseSource(typeof(Scenario), nameof(Scenario.Outcomes))]
    public async Task Absolute_expiry_is_shortened_and_takes_idle_with_it(ExchangeOutcome outcome)
    {
        using var scenario = await Scenario.BeforeAsync(outcome);
        var end = scenario.Engine.Now + Day;
        scenario.First.OnExchange = context => context.ShortenAbsoluteExpiry(end);

        await scenario.FinishAsync();

        var row = await scenario.RowAsync();
        (row.AbsoluteExpiresAt, row.IdleExpiresAt).Should().Be((end, end));
    }

    [TestCaseSource(typeof(Scenario), nameof(Scenario.Outcomes))]
    public async Task Idle_expiry_is_shortened_alone(ExchangeOutcome outcome)
    {
        using var scenario = await Scenario.BeforeAsync(outcome);
        var end = scenario.Engine.Now + Day;
        scenario.First.OnExchange = context => context.ShortenIdleExpiry(end);

        await scenario.FinishAsync();

        var row = await scenario.RowAsync();
        (row.AbsoluteExpiresAt, row.IdleExpiresAt).Should().Be((scenario.Before.AbsoluteExpiresAt, end));
    }

    [TestCaseSource(typeof(Scenario), nameof(Scenario.Outcomes))]
    public async Task First_instant_of_all_ends_the_family_after_this_exchange(ExchangeOutcome outcome)
    {
        using var scenario = await Scenario.BeforeAsync(outcome);
        scenario.First.OnExchange = context => context.ShortenAbsoluteExpiry(default);

        await scenario.FinishAsync();

        (await scenario.RowAsync()).GetState(scenario.Engine.Now).Should().Be(FamilyState.Expired);
    }

    [TestCaseSource(typeof(Scenario), nameof(Scenario.Outcomes))]
    public async Task Last_instant_of_all_is_no_bound_even_where_there_is_no_expiry(ExchangeOutcome outcome)
    {
        using var scenario = await Scenario.BeforeAsync(outcome, RotationPolicy.Mobile with { ExpirationType = ExpirationType.NonExpiring });
        scenario.First.OnExchange = context =>
        {
            context.ShortenAbsoluteExpiry(DateTimeOffset.MaxValue);
            context.ShortenIdleExpiry(DateTimeOffset.MaxValue);
        };

        await scenario.FinishAsync();

        var row = await scenario.RowAsync();
        (row.AbsoluteExpiresAt, row.IdleExpiresAt).Should().Be((null, null));
    }

    [TestCaseSource(typeof(Scenario), nameof(Scenario.Outcomes))]
    public async Task Later_instants_change_nothing(ExchangeOutcome outcome)
    {
        using var plain = await Scenario.BeforeAsync(outcome);
        await plain.FinishAsync();
        var expected = await plain.RowAsync();
        using var scenario = await Scenario.BeforeAsync(outcome);
        scenario.First.OnExchange = context =>
        {
            context.ShortenAbsoluteExpiry(DateTimeOffset.MaxValue);
            context.ShortenIdleExpiry(DateTimeOffset.MaxValue);
        };

        await scenario.FinishAsync();

        var row = await scenario.RowAsync();
        (row.Version, row.AbsoluteExpiresAt, row.IdleExpiresAt)
            .Should().Be((expected.Version, expected.AbsoluteExpiresAt, expected.IdleExpiresAt));
    }

    [Test]
    public async Task Of_several_calls_the_earliest_wins([Values] bool earliestFirst)
    {
        using var scenario = await Scenario.BeforeAsync(ExchangeOutcome.Rotated);
        var now = scenario.Engine.Now;
        var (early, late) = (scenario.First, scenario.Second);
        if (!earliestFirst)
        {
            (early, late) = (late, early);
        }

        early.OnExchange = context =>
        {
            context.ShortenAbsoluteExpiry(now + (4 * Day));
            context.ShortenIdleExpiry(now + Day);
        };
        late.OnExchange = context =>
        {
            context.ShortenAbsoluteExpiry(now + (5 * Day));
            context.ShortenIdleExpiry(now + (2 * Day));
        };

        await scenario.FinishAsync();

        var row = await scenario.RowAsync();
        (row.AbsoluteExpiresAt, row.IdleExpiresAt).Should().Be((now + (4 * Day), now + Day));
    }

    [Test]
    public async Task Reissue_that_is_shortened_writes_only_that()
    {
        using var scenario = await Scenario.BeforeAsync(ExchangeOutcome.Reissued);
        var end = scenario.Engine.Now + Day;
        scenario.First.OnExchange = context => context.ShortenAbsoluteExpiry(end);

        await scenario.Engine.SucceedAsync(Requests.For(scenario.Token, device: new DeviceInfo { Name = "phone" }));

        (await scenario.RowAsync()).Should().Be(
            scenario.Before with { Version = scenario.Before.Version + 1, AbsoluteExpiresAt = end, IdleExpiresAt = end });
    }

    [Test]
    public async Task Reissue_that_is_not_shortened_writes_nothing()
    {
        using var scenario = await Scenario.BeforeAsync(ExchangeOutcome.Reissued);
        scenario.First.OnExchange = context => context.ShortenIdleExpiry(scenario.Before.IdleExpiresAt!.Value);

        await scenario.FinishAsync();

        scenario.Store.Swaps.Should().Be(0);
    }

    [Test]
    public async Task Shortened_reissue_is_written_again_after_a_conflict_and_after_a_fault()
    {
        foreach (var fault in new[] { SwapFault.ConflictWithoutWrite, SwapFault.ThrowBeforeWrite, SwapFault.ThrowAfterWrite })
        {
            using var scenario = await Scenario.BeforeAsync(ExchangeOutcome.Reissued);
            var end = scenario.Engine.Now + Day;
            scenario.First.OnExchange = context => context.ShortenAbsoluteExpiry(end);
            scenario.Store.FailSwaps(fault);

            await scenario.FinishAsync();

            var row = await scenario.RowAsync();
            (row.Version, row.AbsoluteExpiresAt).Should().Be((scenario.Before.Version + 1, end));
        }
    }

    [Test]
    public async Task Use_of_a_family_that_never_expires_writes_only_what_was_shortened()
    {
        using var scenario = await Scenario.BeforeAsync(
            ExchangeOutcome.Used, RotationPolicy.Mobile with { ExpirationType = ExpirationType.NonExpiring });
        var end = scenario.Engine.Now + Day;
        scenario.First.OnExchange = context => context.ShortenAbsoluteExpiry(end);

        await scenario.Engine.SucceedAsync(Requests.For(scenario.Token, device: new DeviceInfo { Name = "phone" }));

        (await scenario.RowAsync()).Should().Be(scenario.Before with { Version = scenario.Before.Version + 1, AbsoluteExpiresAt = end });
    }

    [Test]
    public async Task Absolute_expiry_stays_shortened_and_idle_expiry_is_renewed()
    {
        using var scenario = await Scenario.BeforeAsync(ExchangeOutcome.Rotated);
        var end = scenario.Engine.Now + (20 * Day);
        scenario.First.OnExchange = context =>
        {
            context.ShortenAbsoluteExpiry(end);
            context.ShortenIdleExpiry(scenario.Engine.Now + Day);
        };
        var next = await scenario.FinishAsync();
        scenario.First.OnExchange = null;
        scenario.Engine.Time.Advance(TimeSpan.FromHours(1));

        await scenario.Engine.ExpectAsync(next, ExchangeOutcome.Rotated);

        var row = await scenario.RowAsync();
        (row.AbsoluteExpiresAt, row.IdleExpiresAt).Should().Be((end, scenario.Engine.Now + (15 * Day)));
    }

    [TestCaseSource(typeof(Scenario), nameof(Scenario.Outcomes))]
    public async Task Instant_that_has_passed_makes_this_exchange_the_last(ExchangeOutcome outcome)
    {
        using var scenario = await Scenario.BeforeAsync(outcome);
        scenario.First.OnExchange = context => context.ShortenAbsoluteExpiry(scenario.Engine.Now - Day);

        var next = await scenario.FinishAsync();

        (await scenario.Engine.FailAsync(next)).Should().Be(RejectionReason.Expired);
    }

    [Test]
    public async Task Shortening_of_an_abandoned_pass_is_forgotten()
    {
        using var scenario = await Scenario.BeforeAsync(ExchangeOutcome.Rotated);
        scenario.Store.FailSwaps(SwapFault.ConflictWithoutWrite);
        scenario.First.OnExchange = context =>
        {
            if (scenario.First.Seen.Count == 1)
            {
                context.ShortenAbsoluteExpiry(scenario.Engine.Now + Day);
            }
        };

        await scenario.FinishAsync();

        (await scenario.RowAsync()).AbsoluteExpiresAt.Should().Be(scenario.Before.AbsoluteExpiresAt);
    }

    [Test]
    public async Task Later_expiry_that_a_hook_asks_for_is_clamped_and_logged()
    {
        using var log = new LogCapture();
        var hook = new ScriptedHook();
        using var engine = new Engine(configure: builder =>
        {
            builder.Services.AddSingleton<IExchangeHook>(hook);
            builder.Services.AddSingleton<ILoggerFactory>(log);
        });
        var issued = await engine.IssueAsync();
        hook.OnExchange = context =>
        {
            context.ShortenAbsoluteExpiry(engine.Now + TimeSpan.FromDays(400));
            context.ShortenIdleExpiry(engine.Now + Day);
        };

        await engine.SucceedAsync(issued.RefreshToken);

        log.Of(18).Should().ContainSingle().Which.Values().Should().Contain("Kind=absolute").And.Contain($"FamilyId={issued.Family.FamilyId}");
    }
}
