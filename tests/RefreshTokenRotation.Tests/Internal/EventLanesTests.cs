using RefreshTokenRotation.Internal;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Internal;

/// <summary>What strangers can repeat takes little room, and none from what reports a change.</summary>
[TestFixture]
internal sealed class EventLanesTests
{
    private static readonly TokenFamilyInfo Family = new(Rows.New());

    [Test]
    public void Flood_of_refusals_displaces_no_event_that_reports_a_change()
    {
        var lanes = new EventLanes(capacity: 20);
        var reuses = new List<RefreshTokenEvent.ReuseDetected>();
        var refusals = 0L;
        for (var i = 0; i < 7000; i++)
        {
            lanes.TryAdd(Mismatch(new TokenFamilyInfo(Rows.New())));
            if (i % 350 == 0)
            {
                reuses.Add(Reuse(revoked: true));
                lanes.TryAdd(reuses[^1]).Should().BeTrue();
            }
        }

        var told = Drain(lanes);

        told.OfType<RefreshTokenEvent.ReuseDetected>().Should().HaveCount(20).And.Equal(reuses);
        refusals += told.OfType<RefreshTokenEvent.Rejected>().Count();
        refusals.Should().Be(20, "the other lane has a bound of its own");
    }

    [Test]
    public void Alike_refusals_that_wait_come_as_one_that_counts_them()
    {
        var lanes = new EventLanes(capacity: 4);
        for (var i = 0; i < 7000; i++)
        {
            lanes.TryAdd(Mismatch(Family)).Should().BeTrue();
        }

        Drain(lanes).Should().ContainSingle().Which.Occurrences.Should().Be(7000);

        lanes.TryAdd(Mismatch(Family));
        lanes.Take()!.Occurrences.Should().Be(1, "the former ones were given out");
    }

    [Test]
    public void Refusals_that_differ_stay_apart()
    {
        var lanes = new EventLanes(capacity: 10);
        RefreshTokenEvent[] events =
        [
            Mismatch(Family), Mismatch(new TokenFamilyInfo(Rows.New())), Mismatch(Family, client: "other"), Rejected(Family, RejectionReason.SenderMismatch),
            Reuse(revoked: false),
        ];

        foreach (var told in events)
        {
            lanes.TryAdd(told);
        }

        Drain(lanes).Should().Equal(events);
    }

    [Test]
    public void Shadow_reuse_is_repeatable_and_a_revoking_one_is_not()
    {
        var lanes = new EventLanes(capacity: 10);
        for (var i = 0; i < 5; i++)
        {
            lanes.TryAdd(new RefreshTokenEvent.ReuseDetected(FakeTime.Start, Family, 1, familyRevoked: false, wouldRecover: false, null));
            lanes.TryAdd(new RefreshTokenEvent.ReuseDetected(FakeTime.Start, Family, 1, familyRevoked: true, wouldRecover: false, null));
        }

        var told = Drain(lanes).OfType<RefreshTokenEvent.ReuseDetected>().ToArray();
        told.Count(reuse => reuse.FamilyRevoked).Should().Be(5);
        told.Single(reuse => !reuse.FamilyRevoked).Occurrences.Should().Be(5);
    }

    [Test]
    public void Everything_comes_in_order_until_half_of_the_capacity_waits()
    {
        var lanes = new EventLanes(capacity: 10);
        RefreshTokenEvent[] events = [Reuse(revoked: true), Mismatch(Family), Reuse(revoked: true), Reuse(revoked: false), Reuse(revoked: true)];
        foreach (var told in events)
        {
            lanes.TryAdd(told);
        }

        Drain(lanes).Should().Equal(events);
    }

    [Test]
    public void Beyond_that_changes_go_first_and_a_refusal_waits_for_a_bounded_number_of_them()
    {
        var lanes = new EventLanes(capacity: 50);
        lanes.TryAdd(Mismatch(Family));
        for (var i = 0; i < 50; i++)
        {
            lanes.TryAdd(Reuse(revoked: true));
        }

        Drain(lanes).FindIndex(told => told is RefreshTokenEvent.Rejected).Should().Be(16);
    }

    [Test]
    public void Guessed_and_dead_tokens_leave_room_for_tokens_in_the_wrong_hands()
    {
        var lanes = new EventLanes(capacity: 10);
        for (var i = 0; i < 100; i++)
        {
            lanes.TryAdd(Rejected(new TokenFamilyInfo(Rows.New()), RejectionReason.Revoked));
        }

        lanes.TryAdd(Mismatch(Family)).Should().BeTrue();
        lanes.Count.Should().BeLessThan(10);
    }

    [Test]
    public void Full_or_closed_lane_takes_nothing()
    {
        var lanes = new EventLanes(capacity: 1);
        lanes.TryAdd(Reuse(revoked: true)).Should().BeTrue();
        lanes.TryAdd(Reuse(revoked: true)).Should().BeFalse();

        lanes.Close();
        lanes.TryAdd(Mismatch(Family)).Should().BeFalse();
        Drain(lanes).Should().HaveCount(1, "what was taken is still given out");
    }

    private static List<RefreshTokenEvent> Drain(EventLanes lanes)
    {
        var told = new List<RefreshTokenEvent>();
        while (lanes.Take() is { } next)
        {
            told.Add(next);
        }

        return told;
    }

    private static RefreshTokenEvent.ReuseDetected Reuse(bool revoked) =>
        new(FakeTime.Start, new TokenFamilyInfo(Rows.New()), 1, revoked, wouldRecover: false, null);

    private static RefreshTokenEvent.Rejected Mismatch(TokenFamilyInfo family, string client = "c") => Rejected(family, RejectionReason.ClientMismatch, client);

    private static RefreshTokenEvent.Rejected Rejected(TokenFamilyInfo family, RejectionReason reason, string client = "c") =>
        new(FakeTime.Start, string.Empty, client, family, reason, false, null, null);
}
