using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Storage;

[TestFixture]
internal sealed class TokenFamilyTests
{
    private static readonly DateTimeOffset T = FakeTime.Start;

    [Test]
    public void Times_keep_every_tick_and_come_back_in_utc()
    {
        var at = new DateTimeOffset(2026, 7, 8, 9, 10, 11, TimeSpan.FromHours(5)).AddTicks(1_234_567);
        var family = Rows.New() with
        {
            RotatedAt = at,
            LeewayUntil = at.AddTicks(1),
            RecoverUntil = at.AddTicks(2),
            AbsoluteExpiresAt = at.AddTicks(3),
            IdleExpiresAt = at.AddTicks(4),
            LastUsedAt = at.AddTicks(5),
            RevokedAt = at.AddTicks(6),
        };

        DateTimeOffset?[] times =
        [
            family.RotatedAt, family.LeewayUntil, family.RecoverUntil, family.AbsoluteExpiresAt, family.IdleExpiresAt, family.LastUsedAt, family.RevokedAt,
        ];
        times.Should().Equal(Enumerable.Range(0, 7).Select(i => (DateTimeOffset?)at.AddTicks(i)));
        times.Should().OnlyContain(time => time!.Value.Offset == TimeSpan.Zero);
    }

    [Test]
    public void Times_that_are_not_set_are_null()
    {
        var family = Rows.New() with { RotatedAt = T };
        family = family with { RotatedAt = null };

        new[] { family.RotatedAt, family.LeewayUntil, family.RecoverUntil, family.AbsoluteExpiresAt, family.IdleExpiresAt, family.LastUsedAt, family.RevokedAt }
            .Should().OnlyContain(time => time == null);
        family.HasExpiry.Should().BeFalse();
    }

    [TestCase(-1, FamilyState.Active)]
    [TestCase(0, FamilyState.Expired)]
    [TestCase(1, FamilyState.Expired)]
    public void Lifetime_is_over_at_its_own_instant(long ticks, FamilyState expected)
    {
        var now = T.AddTicks(ticks);

        (Rows.New() with { AbsoluteExpiresAt = T }).GetState(now).Should().Be(expected);
        (Rows.New() with { IdleExpiresAt = T }).GetState(now).Should().Be(expected);
        (Rows.New() with { AbsoluteExpiresAt = T, IdleExpiresAt = T.AddDays(1) }).GetState(now).Should().Be(expected);
        (Rows.New() with { AbsoluteExpiresAt = T.AddDays(1), IdleExpiresAt = T }).GetState(now.ToOffset(TimeSpan.FromHours(-3))).Should().Be(expected);
    }

    [Test]
    public void Revoked_goes_before_expired_and_holds_at_every_time()
    {
        var family = (Rows.New() with { AbsoluteExpiresAt = T }).Revoke(T.AddDays(1), RevocationReason.User);

        family.GetState(T.AddYears(-1)).Should().Be(FamilyState.Revoked);
        family.GetState(T.AddYears(1)).Should().Be(FamilyState.Revoked);
        Rows.New().GetState(DateTimeOffset.MaxValue).Should().Be(FamilyState.Active);
    }

    [TestCase(-1, false)]
    [TestCase(0, false)]
    [TestCase(1, true)]
    public void Ended_before_an_instant_means_earlier_than_it(long ticks, bool expected)
    {
        var instant = T.AddTicks(ticks);

        Rows.New().Revoke(T, RevocationReason.User).EndedBefore(instant).Should().Be(expected);
        (Rows.New() with { AbsoluteExpiresAt = T }).EndedBefore(instant).Should().Be(expected);
        (Rows.New() with { IdleExpiresAt = T, AbsoluteExpiresAt = T.AddDays(1) }).EndedBefore(instant).Should().Be(expected);
        Rows.New().EndedBefore(instant).Should().BeFalse();
    }

    [Test]
    public void Current_token_is_as_old_as_the_rotation_or_the_log_in()
    {
        var family = Rows.New(createdAt: T);

        family.CurrentTokenIssuedAt.Should().Be(T);
        family.Rotated(T.AddHours(2)).CurrentTokenIssuedAt.Should().Be(T.AddHours(2));
    }

    [Test]
    public void Text_names_id_and_generation_and_no_secret()
    {
        var family = Rows.New().Rotated(T);

        family.ToString().Should().Be($"family {family.Grant.FamilyId:N} generation 1");
        family.Grant.ToString().Should().Be($"grant of family {family.Grant.FamilyId:N}");
    }
}
