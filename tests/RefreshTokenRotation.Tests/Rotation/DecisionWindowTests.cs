using RefreshTokenRotation.Rotation;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Rotation;

/// <summary>The bounds of leeway, recovery and lifetimes, to the tick. Each is over at its own instant.</summary>
[TestFixture]
internal sealed class DecisionWindowTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    [Test]
    public void Leeway_is_over_at_its_own_instant()
    {
        PreviousAfter(DecisionCase.Leeway - Tick).Should().Be(ExchangeAction.Reissue);
        PreviousAfter(DecisionCase.Leeway).Should().Be(ExchangeAction.Recover);
        PreviousAfter(TimeSpan.Zero).Should().Be(ExchangeAction.Reissue);
    }

    [Test]
    public void Recovery_is_over_at_its_own_instant()
    {
        PreviousAfter(DecisionCase.Recovery - Tick).Should().Be(ExchangeAction.Recover);
        PreviousAfter(DecisionCase.Recovery).Should().Be(ExchangeAction.DetectReuse);
    }

    [Test]
    public void Lifetimes_are_over_at_their_own_instant([Values] TokenStanding standing, [Values] bool idle)
    {
        var scene = new DecisionCase();
        var end = scene.Now;
        scene.Family = idle ? scene.Family with { IdleExpiresAt = end } : scene.Family with { AbsoluteExpiresAt = end };

        scene.Decide(standing).Action.Should().Be(ExchangeAction.RejectExpired);
        scene.Now = end - Tick;
        scene.Decide(standing).Action.Should().NotBe(ExchangeAction.RejectExpired);
    }

    [Test]
    public void Family_without_lifetimes_never_expires()
    {
        var scene = new DecisionCase { Now = DateTimeOffset.MaxValue };
        scene.Family = scene.Family with { IdleExpiresAt = null, AbsoluteExpiresAt = null };

        scene.Decide(TokenStanding.Current).Action.Should().Be(ExchangeAction.Rotate);
    }

    [Test]
    public void Leeway_lowered_after_the_rotation_acts_at_once()
    {
        var lower = RotationPolicy.Mobile with { Leeway = TimeSpan.FromSeconds(4) };

        PreviousAfter(TimeSpan.FromSeconds(4) - Tick, lower).Should().Be(ExchangeAction.Reissue);
        PreviousAfter(TimeSpan.FromSeconds(4), lower).Should().Be(ExchangeAction.Recover);
    }

    [Test]
    public void Leeway_raised_after_the_rotation_reopens_nothing()
    {
        var higher = RotationPolicy.Mobile with { Leeway = TimeSpan.FromSeconds(60) };

        PreviousAfter(DecisionCase.Leeway - Tick, higher).Should().Be(ExchangeAction.Reissue);
        PreviousAfter(DecisionCase.Leeway, higher).Should().Be(ExchangeAction.Recover);
    }

    [Test]
    public void Recovery_lowered_after_the_rotation_acts_at_once()
    {
        var lower = RotationPolicy.Mobile with { RecoveryWindow = TimeSpan.FromHours(1) };

        PreviousAfter(TimeSpan.FromHours(1) - Tick, lower).Should().Be(ExchangeAction.Recover);
        PreviousAfter(TimeSpan.FromHours(1), lower).Should().Be(ExchangeAction.DetectReuse);
    }

    [Test]
    public void Recovery_raised_after_the_rotation_reopens_nothing()
    {
        var higher = RotationPolicy.Mobile with { RecoveryWindow = TimeSpan.FromDays(3) };

        PreviousAfter(DecisionCase.Recovery - Tick, higher).Should().Be(ExchangeAction.Recover);
        PreviousAfter(DecisionCase.Recovery, higher).Should().Be(ExchangeAction.DetectReuse);
    }

    [Test]
    public void Leeway_off_today_ends_both_windows()
    {
        PreviousAfter(TimeSpan.Zero, RotationPolicy.Strict).Should().Be(ExchangeAction.DetectReuse);
        PreviousAfter(TimeSpan.FromHours(1), RotationPolicy.Strict).Should().Be(ExchangeAction.DetectReuse);
    }

    [Test]
    public void Recovery_off_today_leaves_leeway()
    {
        PreviousAfter(DecisionCase.Leeway - Tick, RotationPolicy.Spa).Should().Be(ExchangeAction.Reissue);
        PreviousAfter(DecisionCase.Leeway, RotationPolicy.Spa).Should().Be(ExchangeAction.DetectReuse);
    }

    [Test]
    public void Windows_that_the_rotation_did_not_open_stay_closed()
    {
        var scene = new DecisionCase();
        scene.Family = scene.Family with { LeewayUntil = null };
        scene.Decide(TokenStanding.Previous).Action.Should().Be(ExchangeAction.Recover);

        scene.Family = scene.Family with { RecoverUntil = null };
        scene.Decide(TokenStanding.Previous).Action.Should().Be(ExchangeAction.DetectReuse);

        var off = new DecisionCase();
        off.Family = off.Family with { Salt = null, LeewayUntil = null, RecoverUntil = null };
        off.Decide(TokenStanding.Previous).Should().Match<Decision>(d => d.Action == ExchangeAction.DetectReuse && d.Standing == TokenStanding.Superseded);
    }

    [Test]
    public void Elapsed_time_below_zero_counts_as_zero_down_to_a_minute()
    {
        PreviousAfter(-Tick).Should().Be(ExchangeAction.Reissue);
        PreviousAfter(-TimeSpan.FromMinutes(1)).Should().Be(ExchangeAction.Reissue);
        PreviousAfter(-TimeSpan.FromMinutes(1) - Tick).Should().Be(ExchangeAction.DetectReuse);
    }

    [Test]
    public void Elapsed_time_below_a_minute_ends_recovery_too()
    {
        var scene = new DecisionCase { Now = DecisionCase.RotatedAt - TimeSpan.FromMinutes(1) };
        scene.Family = scene.Family with { LeewayUntil = null };
        scene.Decide(TokenStanding.Previous).Action.Should().Be(ExchangeAction.Recover);

        scene.Now -= Tick;
        scene.Decide(TokenStanding.Previous).Action.Should().Be(ExchangeAction.DetectReuse);
    }

    [Test]
    public void Family_bound_to_a_key_recovers_for_a_day_where_the_policy_names_no_window()
    {
        BoundAfter(TimeSpan.FromDays(1) - Tick, RotationPolicy.Spa).Should().Be(ExchangeAction.Recover);
        BoundAfter(TimeSpan.FromDays(1), RotationPolicy.Spa).Should().Be(ExchangeAction.DetectReuse);
        BoundAfter(TimeSpan.FromHours(1), RotationPolicy.Strict).Should().Be(ExchangeAction.DetectReuse);

        var shorter = RotationPolicy.Spa with { RecoveryWindow = TimeSpan.FromMinutes(10) };
        BoundAfter(TimeSpan.FromMinutes(10) - Tick, shorter).Should().Be(ExchangeAction.Recover);
        BoundAfter(TimeSpan.FromMinutes(10), shorter).Should().Be(ExchangeAction.DetectReuse);
    }

    private static ExchangeAction PreviousAfter(TimeSpan elapsed, RotationPolicy? policy = null) =>
        new DecisionCase { Now = DecisionCase.RotatedAt + elapsed, Policy = policy ?? RotationPolicy.Mobile }.Decide(TokenStanding.Previous).Action;

    private static ExchangeAction BoundAfter(TimeSpan elapsed, RotationPolicy policy)
    {
        var scene = new DecisionCase { Now = DecisionCase.RotatedAt + elapsed, Policy = policy, Key = "key" };
        scene.Family = scene.Family with { RecoverUntil = DecisionCase.RotatedAt + TimeSpan.FromDays(5) };
        scene.Bind("key");
        return scene.Decide(TokenStanding.Previous).Action;
    }
}
