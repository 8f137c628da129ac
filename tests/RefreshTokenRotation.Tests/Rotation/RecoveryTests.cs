using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Rotation;

/// <summary>Row 13: a response that was lost is recovered once, and the lost successor is displaced.</summary>
[TestFixture]
internal sealed class RecoveryTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Test]
    public async Task Recovery_rotates_displaces_the_lost_token_and_closes_itself()
    {
        using var engine = new Engine(RotationPolicy.Mobile);
        var issued = await engine.IssueAsync();
        var lost = await engine.SucceedAsync(issued.RefreshToken);
        var before = await engine.RowAsync(issued);
        before.RecoverUntil.Should().Be(engine.Now + TimeSpan.FromDays(1));
        engine.Time.Advance(Hour);

        var recovered = await engine.ExpectAsync(issued.RefreshToken, ExchangeOutcome.Recovered);

        recovered.Should().NotBe(lost.RefreshToken);
        var row = await engine.RowAsync(issued);
        (row.Generation, row.RecoverUntil, row.RotatedAt, row.LastUsedAt).Should().Be((2, null, engine.Now, engine.Now));
        row.LeewayUntil.Should().Be(engine.Now + TimeSpan.FromSeconds(10));
        row.Salt.Should().NotBeNull().And.NotBe(before.Salt!.Value);
        row.IdleExpiresAt.Should().Be(engine.Now + TimeSpan.FromDays(15));

        (await engine.FailAsync(lost.RefreshToken)).Should().Be(RejectionReason.ReuseDetected);
        (await engine.FailAsync(recovered)).Should().Be(RejectionReason.Revoked);
    }

    [Test]
    public async Task Recovery_happens_once_per_rotation()
    {
        using var engine = new Engine(RotationPolicy.Mobile);
        var issued = await engine.IssueAsync();
        await engine.SucceedAsync(issued.RefreshToken);
        engine.Time.Advance(Hour);
        var recovered = await engine.ExpectAsync(issued.RefreshToken, ExchangeOutcome.Recovered);

        (await engine.ExpectAsync(issued.RefreshToken, ExchangeOutcome.Reissued)).Should().Be(recovered, "a recovery has a leeway of its own");
        engine.Time.Advance(TimeSpan.FromSeconds(10));

        (await engine.FailAsync(issued.RefreshToken)).Should().Be(RejectionReason.ReuseDetected);
    }

    [Test]
    public async Task Next_rotation_may_be_recovered_again()
    {
        using var engine = new Engine(RotationPolicy.Mobile);
        var issued = await engine.IssueAsync();
        await engine.SucceedAsync(issued.RefreshToken);
        engine.Time.Advance(Hour);
        var recovered = await engine.ExpectAsync(issued.RefreshToken, ExchangeOutcome.Recovered);
        await engine.ExpectAsync(recovered, ExchangeOutcome.Rotated);
        engine.Time.Advance(Hour);

        var again = await engine.ExpectAsync(recovered, ExchangeOutcome.Recovered);
        await engine.ExpectAsync(again, ExchangeOutcome.Rotated);
    }

    [Test]
    public async Task Window_ends_at_its_own_instant([Values] bool over)
    {
        using var engine = new Engine(RotationPolicy.Mobile);
        var issued = await engine.IssueAsync();
        await engine.SucceedAsync(issued.RefreshToken);

        engine.Time.Advance(TimeSpan.FromDays(1) - (over ? TimeSpan.Zero : Tick));

        var result = await engine.ExchangeAsync(issued.RefreshToken);
        (result is ExchangeResult.Succeeded { Outcome: ExchangeOutcome.Recovered }).Should().Be(!over);
        (result is ExchangeResult.Rejected { Reason: RejectionReason.ReuseDetected }).Should().Be(over);
    }

    [Test]
    public async Task Confirmed_use_ends_recovery_and_leaves_leeway()
    {
        using var engine = new Engine(RotationPolicy.Mobile);
        var issued = await engine.IssueAsync();
        var rotated = await engine.SucceedAsync(issued.RefreshToken);
        var before = await engine.RowAsync(issued);

        (await engine.Families.ConfirmUseAsync(issued.Family.FamilyId, 1)).Should().BeTrue();

        var row = await engine.RowAsync(issued);
        row.Should().Be(before with { Version = before.Version + 1, RecoverUntil = null });
        (await engine.ExpectAsync(issued.RefreshToken, ExchangeOutcome.Reissued)).Should().Be(rotated.RefreshToken);
        engine.Time.Advance(Hour);
        (await engine.FailAsync(issued.RefreshToken)).Should().Be(RejectionReason.ReuseDetected);
    }

    [Test]
    public async Task Confirmed_use_of_another_generation_changes_nothing()
    {
        using var engine = new Engine(RotationPolicy.Mobile);
        var issued = await engine.IssueAsync();
        await engine.SucceedAsync(issued.RefreshToken);
        var before = await engine.RowAsync(issued);

        (await engine.Families.ConfirmUseAsync(issued.Family.FamilyId, 0)).Should().BeFalse();
        (await engine.Families.ConfirmUseAsync(issued.Family.FamilyId, 2)).Should().BeFalse();
        (await engine.Families.ConfirmUseAsync(issued.Family.FamilyId, 1, "t2")).Should().BeFalse();

        (await engine.RowAsync(issued)).Should().BeSameAs(before);
    }

    [Test]
    public async Task Confirmed_use_is_written_once_a_generation()
    {
        using var engine = new Engine(RotationPolicy.Mobile);
        var issued = await engine.IssueAsync();
        await engine.SucceedAsync(issued.RefreshToken);
        await engine.Families.ConfirmUseAsync(issued.Family.FamilyId, 1);
        var before = await engine.RowAsync(issued);

        (await engine.Families.ConfirmUseAsync(issued.Family.FamilyId, 1)).Should().BeTrue();

        (await engine.RowAsync(issued)).Should().BeSameAs(before);
    }

    [Test]
    public async Task Shadow_mode_refuses_and_says_that_it_would_recover()
    {
        using var engine = new Engine(RotationPolicy.Mobile);
        var issued = await engine.IssueAsync();
        var rotated = await engine.SucceedAsync(issued.RefreshToken);
        engine.Policy = RotationPolicy.Mobile with { ShadowMode = true };
        engine.Time.Advance(Hour);
        var before = await engine.RowAsync(issued);

        (await engine.FailAsync(issued.RefreshToken)).Should().Be(RejectionReason.ReuseDetected);

        var told = engine.Events.Of<RefreshTokenEvent.ReuseDetected>().Single();
        (told.WouldRecover, told.FamilyRevoked).Should().Be((true, false));
        (await engine.RowAsync(issued)).Should().BeSameAs(before);
        await engine.ExpectAsync(rotated.RefreshToken, ExchangeOutcome.Rotated);
    }

    [Test]
    public async Task Family_bound_to_a_key_recovers_for_a_day_by_default()
    {
        using var engine = new Engine(RotationPolicy.Spa);
        var issued = await engine.IssueBoundAsync("key");
        await engine.SucceedAsync(Requests.For(issued.RefreshToken, key: "key"));
        (await engine.RowAsync(issued)).RecoverUntil.Should().Be(engine.Now + TimeSpan.FromDays(1));

        engine.Time.Advance(TimeSpan.FromDays(1) - Tick);

        (await engine.SucceedAsync(Requests.For(issued.RefreshToken, key: "key"))).Outcome.Should().Be(ExchangeOutcome.Recovered);
    }

    [Test]
    public async Task Family_bound_to_a_key_needs_leeway_for_it()
    {
        using var engine = new Engine(RotationPolicy.Strict);
        var issued = await engine.IssueBoundAsync("key");
        await engine.SucceedAsync(Requests.For(issued.RefreshToken, key: "key"));
        (await engine.RowAsync(issued)).RecoverUntil.Should().BeNull();

        (await engine.FailAsync(Requests.For(issued.RefreshToken, key: "key"))).Should().Be(RejectionReason.ReuseDetected);
    }

    [Test]
    public async Task Family_without_a_key_has_no_default_window()
    {
        using var engine = new Engine(RotationPolicy.Spa);
        var issued = await engine.IssueAsync();
        await engine.SucceedAsync(issued.RefreshToken);

        (await engine.RowAsync(issued)).RecoverUntil.Should().BeNull();
    }

    [Test]
    public async Task Window_that_reaches_beyond_the_end_of_time_ends_there()
    {
        using var engine = new Engine(RotationPolicy.Mobile with { RecoveryWindow = TimeSpan.MaxValue });
        var issued = await engine.IssueAsync();
        await engine.SucceedAsync(issued.RefreshToken);

        (await engine.RowAsync(issued)).RecoverUntil.Should().Be(DateTimeOffset.MaxValue);
        engine.Time.Advance(Hour);
        await engine.ExpectAsync(issued.RefreshToken, ExchangeOutcome.Recovered);
    }

    [TestCase(false, true)]
    [TestCase(true, false)]
    public async Task Recovery_needs_its_policy_at_the_rotation_and_today(bool atRotation, bool today)
    {
        using var engine = new Engine(atRotation ? RotationPolicy.Mobile : RotationPolicy.Spa);
        var issued = await engine.IssueAsync();
        await engine.SucceedAsync(issued.RefreshToken);
        engine.Policy = today ? RotationPolicy.Mobile : RotationPolicy.Spa;
        engine.Time.Advance(Hour);

        (await engine.FailAsync(issued.RefreshToken)).Should().Be(RejectionReason.ReuseDetected);
    }
}
