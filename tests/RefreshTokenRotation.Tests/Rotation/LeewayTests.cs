using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Rotation;

/// <summary>Rotation, its successor, and the window in which the previous token comes back honestly.</summary>
[TestFixture]
internal sealed class LeewayTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    [Test]
    public async Task Rotation_without_leeway_writes_a_random_successor_and_no_window()
    {
        using var engine = new Engine(RotationPolicy.Strict);
        var issued = await engine.IssueAsync();
        engine.Time.Advance(TimeSpan.FromHours(1));

        var first = await engine.SucceedAsync(issued.RefreshToken);

        first.Outcome.Should().Be(ExchangeOutcome.Rotated);
        first.RefreshToken.Should().NotBe(issued.RefreshToken);
        var row = await engine.RowAsync(issued);
        (row.Version, row.Generation, row.RotationType).Should().Be((2, 1, RotationType.Rotating));
        (row.Salt, row.LeewayUntil, row.RecoverUntil).Should().Be((null, null, null));
        (row.RotatedAt, row.LastUsedAt).Should().Be((engine.Now, engine.Now));
        row.Grant.FamilyId.Should().Be(issued.Family.FamilyId);
    }

    [Test]
    public async Task Rotation_with_leeway_replaces_the_salt_and_anchors_the_window_at_its_write()
    {
        using var engine = new Engine(RotationPolicy.Spa);
        var issued = await engine.IssueAsync();
        var first = await engine.SucceedAsync(issued.RefreshToken);
        var before = await engine.RowAsync(issued);
        before.Salt.Should().NotBeNull();
        before.LeewayUntil.Should().Be(FakeTime.Start + TimeSpan.FromSeconds(10));

        engine.Time.Advance(TimeSpan.FromHours(1));
        await engine.SucceedAsync(first.RefreshToken);

        var after = await engine.RowAsync(issued);
        after.Salt.Should().NotBeNull().And.NotBe(before.Salt!.Value);
        after.LeewayUntil.Should().Be(engine.Now + TimeSpan.FromSeconds(10));
    }

    [Test]
    public async Task Every_retry_gets_the_very_same_successor_and_writes_nothing()
    {
        using var engine = new Engine(RotationPolicy.Spa);
        var issued = await engine.IssueAsync();
        var first = await engine.SucceedAsync(issued.RefreshToken);
        var row = await engine.RowAsync(issued);

        for (var i = 0; i < 9; i++)
        {
            engine.Time.Advance(TimeSpan.FromSeconds(1));
            var retry = await engine.SucceedAsync(issued.RefreshToken);
            retry.Outcome.Should().Be(ExchangeOutcome.Reissued);
            retry.RefreshToken.Reveal().Should().Be(first.RefreshToken.Reveal());
        }

        (await engine.RowAsync(issued)).Should().BeSameAs(row);
        engine.Events.Of<RefreshTokenEvent.Exchanged>().Count(e => e.Outcome == ExchangeOutcome.Reissued).Should().Be(9);
        await engine.ExpectAsync(first.RefreshToken, ExchangeOutcome.Rotated);
    }

    [Test]
    public async Task Window_never_moves_with_a_reissue()
    {
        using var engine = new Engine(RotationPolicy.Spa);
        var issued = await engine.IssueAsync();
        await engine.SucceedAsync(issued.RefreshToken);

        engine.Time.Advance(TimeSpan.FromSeconds(10) - Tick);
        await engine.ExpectAsync(issued.RefreshToken, ExchangeOutcome.Reissued);
        engine.Time.Advance(Tick);

        (await engine.FailAsync(issued.RefreshToken)).Should().Be(RejectionReason.ReuseDetected);
    }

    [Test]
    public async Task Second_to_last_token_is_reuse_even_inside_leeway()
    {
        using var engine = new Engine(RotationPolicy.Mobile);
        var first = await engine.IssueAsync();
        var second = await engine.SucceedAsync(first.RefreshToken);
        var third = await engine.SucceedAsync(second.RefreshToken);

        (await engine.FailAsync(first.RefreshToken)).Should().Be(RejectionReason.ReuseDetected);
        (await engine.FailAsync(second.RefreshToken)).Should().Be(RejectionReason.Revoked);
        (await engine.FailAsync(third.RefreshToken)).Should().Be(RejectionReason.Revoked);
    }

    [Test]
    public async Task Leeway_does_not_revive_a_revoked_family_whose_salt_is_cleared()
    {
        using var engine = new Engine(RotationPolicy.Mobile);
        var issued = await engine.IssueAsync();
        await engine.SucceedAsync(issued.RefreshToken);
        await engine.Families.RevokeAsync(TokenFamilyFilter.ForUser(Engine.User));

        (await engine.FailAsync(issued.RefreshToken)).Should().Be(RejectionReason.Revoked);
        (await engine.RowAsync(issued)).Salt.Should().BeNull();
    }

    [Test]
    public async Task Leeway_does_not_revive_an_expired_family()
    {
        using var engine = new Engine(RotationPolicy.Spa);
        var issued = await engine.IssueAsync();
        engine.Time.Set(issued.Family.IdleExpiresAt!.Value - Tick);
        var rotated = await engine.SucceedAsync(issued.RefreshToken);
        engine.Policy = RotationPolicy.Spa with { AbsoluteLifetime = TimeSpan.FromDays(15), IdleLifetime = TimeSpan.FromDays(1) };
        engine.Time.Set(rotated.Family.IdleExpiresAt!.Value - Tick);
        await engine.SucceedAsync(rotated.RefreshToken);
        var row = await engine.RowAsync(issued);
        row.AbsoluteExpiresAt.Should().BeAfter(engine.Now).And.BeBefore(row.LeewayUntil!.Value, "the window reaches beyond the lifetime");

        await engine.ExpectAsync(rotated.RefreshToken, ExchangeOutcome.Reissued);
        engine.Time.Set(row.AbsoluteExpiresAt!.Value);

        (await engine.FailAsync(rotated.RefreshToken)).Should().Be(RejectionReason.Expired);
    }

    [Test]
    public async Task Leeway_switched_on_after_a_rotation_opens_no_window_for_it()
    {
        using var engine = new Engine(RotationPolicy.Strict);
        var issued = await engine.IssueAsync();
        await engine.SucceedAsync(issued.RefreshToken);
        engine.Policy = RotationPolicy.Mobile;

        (await engine.FailAsync(issued.RefreshToken)).Should().Be(RejectionReason.ReuseDetected);
    }

    [Test]
    public async Task Leeway_switched_off_after_a_rotation_closes_its_window()
    {
        using var engine = new Engine(RotationPolicy.Spa);
        var issued = await engine.IssueAsync();
        await engine.SucceedAsync(issued.RefreshToken);
        engine.Policy = RotationPolicy.Strict;

        (await engine.FailAsync(issued.RefreshToken)).Should().Be(RejectionReason.ReuseDetected);
    }

    [Test]
    public async Task Leeway_switched_off_makes_the_next_successor_random()
    {
        using var engine = new Engine(RotationPolicy.Spa);
        var issued = await engine.IssueAsync();
        var first = await engine.SucceedAsync(issued.RefreshToken);
        engine.Policy = RotationPolicy.Strict;

        await engine.SucceedAsync(first.RefreshToken);

        (await engine.RowAsync(issued)).Salt.Should().BeNull();
        engine.Policy = RotationPolicy.Spa;
        (await engine.FailAsync(first.RefreshToken)).Should().Be(RejectionReason.ReuseDetected);
    }

    [Test]
    public async Task Reissue_hands_on_the_access_token_scope_and_generation_of_the_successor()
    {
        using var engine = new Engine(RotationPolicy.Spa);
        var issued = await engine.IssueAsync();
        await engine.SucceedAsync(issued.RefreshToken);

        var retry = await engine.SucceedAsync(Requests.Signing(issued.RefreshToken, context => $"{context.Generation} {context.Outcome}"));

        retry.AccessToken!.Value.Should().Be("1 Reissued");
        retry.Family.Generation.Should().Be(1);
        retry.Scopes.Should().Equal("openid", "offline_access");
    }
}
