using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Testing.Conformance.Model;
using static RefreshTokenRotation.Testing.Conformance.Model.FamilyOperation;

namespace RefreshTokenRotation.Testing.Tests.Conformance;

/// <summary>Histories that were judged by hand.</summary>
[TestFixture]
internal sealed class LinearizabilityCheckTests
{
    private static readonly RowState One = new(1, Opaque(1), null, null);
    private static readonly RowState Two = new(2, Opaque(2), null, null);
    private static readonly RowState OtherTwo = new(2, Opaque(3), null, null);
    private static readonly DateTimeOffset At = DateTimeOffset.UnixEpoch;
    private static readonly DateTimeOffset Later = At.AddDays(1);

    [Test]
    public void Read_after_a_write_must_see_it()
    {
        Holds(One, new Swapped(1, 2, 1, Two, true), new Seen(3, 4, Two)).Should().BeTrue();
        Holds(One, new Swapped(1, 2, 1, Two, true), new Seen(3, 4, One)).Should().BeFalse();
    }

    [Test]
    public void Read_beside_a_write_may_see_it_or_not()
    {
        Holds(One, new Swapped(1, 4, 1, Two, true), new Seen(2, 3, One)).Should().BeTrue();
        Holds(One, new Swapped(1, 4, 1, Two, true), new Seen(2, 3, Two)).Should().BeTrue();
    }

    [Test]
    public void Reads_beside_a_write_must_agree_on_its_moment()
    {
        Holds(One, new Swapped(1, 8, 1, Two, true), new Seen(2, 3, One), new Seen(4, 5, Two)).Should().BeTrue();
        Holds(One, new Swapped(1, 8, 1, Two, true), new Seen(2, 3, Two), new Seen(4, 5, One)).Should().BeFalse();
    }

    [Test]
    public void Two_swaps_from_one_version_cannot_both_succeed()
    {
        Holds(One, new Swapped(1, 4, 1, Two, true), new Swapped(2, 3, 1, OtherTwo, false)).Should().BeTrue();
        Holds(One, new Swapped(1, 4, 1, Two, true), new Swapped(2, 3, 1, OtherTwo, true)).Should().BeFalse();
    }

    [Test]
    public void Swap_without_a_rival_cannot_conflict() => Holds(One, new Swapped(1, 2, 1, Two, false)).Should().BeFalse();

    [Test]
    public void Revocation_ends_swaps_from_the_version_before()
    {
        Holds(One, new Revoked(1, 2, At, false), new Swapped(3, 4, 1, Two, true)).Should().BeFalse();
        Holds(One, new Revoked(1, 4, At, false), new Swapped(2, 3, 1, Two, true), new Seen(5, 6, Two with { Version = 3, RevokedAt = At })).Should().BeTrue();
        Holds(One, new Revoked(1, 4, At, false), new Swapped(2, 3, 1, Two, true), new Seen(5, 6, Two)).Should().BeFalse();
    }

    [Test]
    public void Deleted_row_stays_away_until_it_is_added()
    {
        Holds(One, new Revoked(1, 2, At, true), new Seen(3, 4, One)).Should().BeFalse();
        Holds(One, new Revoked(1, 2, At, true), new Added(3, 4, One), new Seen(5, 6, One)).Should().BeTrue();
        Holds(Two, new Added(1, 2, One), new Seen(3, 4, One)).Should().BeFalse();
    }

    [Test]
    public void Eviction_reports_the_row_as_it_was()
    {
        Holds(One, new Swapped(1, 2, 1, Two, true), new Evicted(3, 4, Two), new Seen(5, 6, null)).Should().BeTrue();
        Holds(One, new Swapped(1, 2, 1, Two, true), new Evicted(3, 4, One)).Should().BeFalse();
    }

    [Test]
    public void Pruning_takes_ended_rows_alone()
    {
        var ended = One with { RevokedAt = At };
        Holds(ended, new Pruned(1, 2, Later), new Seen(3, 4, null)).Should().BeTrue();
        Holds(ended, new Pruned(1, 2, Later), new Seen(3, 4, ended)).Should().BeTrue();
        Holds(One, new Pruned(1, 2, Later), new Seen(3, 4, null)).Should().BeFalse();
    }

    [Test]
    public void Pruning_in_chunks_may_take_a_family_again_that_was_added_again_meanwhile()
    {
        var ended = One with { RevokedAt = At };
        FamilyOperation[] again = [new Seen(2, 3, null), new Added(4, 5, ended), new Seen(6, 7, null)];
        Holds(ended, [new Pruned(1, 20, Later), .. again]).Should().BeTrue();
        Holds(ended, [new Pruned(1, 5, Later), .. again]).Should().BeTrue("the second chunk may come right behind the add");
        Holds(ended, [new Pruned(1, 3, Later), .. again]).Should().BeFalse("it was over before the add");
        Holds(One, [new Pruned(1, 20, Later), new Seen(2, 3, null)]).Should().BeFalse("an active family is never taken");
    }

    [Test]
    public void Deletion_in_batches_may_take_a_family_again_that_was_added_again_meanwhile()
    {
        FamilyOperation[] again = [new Seen(2, 3, null), new Added(4, 5, One), new Seen(6, 7, null)];
        Holds(One, [new Revoked(1, 20, At, true), .. again]).Should().BeTrue();
        Holds(One, [new Revoked(1, 3, At, true), .. again]).Should().BeFalse();
    }

    [Test]
    public void Revocation_in_batches_may_meet_a_family_again_and_must_meet_it_once()
    {
        var revoked = One with { Version = 2, RevokedAt = At };
        FamilyOperation[] again = [new Seen(2, 3, revoked), new Pruned(4, 5, Later), new Seen(6, 7, null), new Added(8, 9, One)];
        Holds(One, [new Revoked(1, 20, At, false), .. again, new Seen(21, 22, revoked)]).Should().BeTrue();
        Holds(One, [new Revoked(1, 20, At, false), .. again, new Seen(21, 22, One)]).Should().BeTrue("what was added behind the begin may stay");
        Holds(One, [new Revoked(1, 20, At, false), new Seen(21, 22, One)]).Should().BeFalse("what was there is revoked");
        Holds(One, [new Revoked(1, 20, At, false), new Seen(21, 22, revoked with { Version = 3 })]).Should().BeFalse("a revoked family is left as it is");
    }

    [Test]
    public void Shortest_history_ends_with_the_answer_that_nothing_explains()
    {
        FamilyOperation[] operations = [new Seen(1, 2, One), new Swapped(3, 4, 1, Two, true), new Seen(5, 6, One), new Seen(7, 8, Two), new Seen(9, 10, Two)];
        LinearizabilityCheck.Shortest(One, operations).Should().Equal(operations[..3]);
    }

    [Test]
    public void Long_history_of_many_callers_is_searched_in_a_moment()
    {
        var swaps = Enumerable.Range(1, 1000).Select(version => new Swapped(version, version + 20, version, One with { Version = version + 1 }, true));
        var reads = Enumerable.Range(1, 1000).Select(version => new Seen(version, version + 20, One with { Version = version + 1 }));
        FamilyOperation[] history = [.. swaps, .. reads];
        Holds(One, history).Should().BeTrue();
        Holds(One, [.. history, new Seen(900, 920, One with { Version = 2 })]).Should().BeFalse();
    }

    [Test]
    public void Call_without_an_answer_happens_at_any_later_time_or_never()
    {
        var lost = new Swapped(1, NoAnswer, 1, Two, true);
        Holds(One, lost, new Seen(3, 4, One)).Should().BeTrue();
        Holds(One, lost, new Seen(3, 4, One), new Seen(5, 6, Two)).Should().BeTrue();
        Holds(One, lost, new Seen(3, 4, Two), new Seen(5, 6, One)).Should().BeFalse();
        Holds(One, lost, new Swapped(3, 4, 1, OtherTwo, true), new Seen(5, 6, Two)).Should().BeFalse();
        Holds(One, new Revoked(1, NoAnswer, At, false), new Seen(3, 4, One)).Should().BeTrue();
        Holds(One, new MayBeEvicted(1), new Seen(3, 4, null)).Should().BeTrue();
        Holds(One, new MayBeEvicted(5), new Seen(3, 4, null)).Should().BeFalse();
    }

    [Test]
    public void Pruning_takes_what_ended_before_its_bound()
    {
        var expiring = One with { ExpiresAt = At.AddHours(1) };
        Holds(expiring, new Pruned(1, 2, At), new Seen(3, 4, null)).Should().BeFalse();
        Holds(expiring, new Pruned(1, 2, Later), new Seen(3, 4, null)).Should().BeTrue();
    }

    private static bool Holds(RowState initial, params FamilyOperation[] operations) => LinearizabilityCheck.Holds(initial, operations);

    private static Opaque256 Opaque(byte value) => new([.. Enumerable.Repeat(value, Opaque256.Size)]);
}
