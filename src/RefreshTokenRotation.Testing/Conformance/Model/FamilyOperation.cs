namespace RefreshTokenRotation.Testing.Conformance.Model;

/// <summary>What one call did to one family, or saw of it, between two places in time.</summary>
/// <param name="Start">A place before the call.</param>
/// <param name="End">A place behind its answer.</param>
internal abstract record FamilyOperation(long Start, long End)
{
    /// <summary>Whether the call works in steps, so that it may meet the family again, if it was added anew meanwhile.</summary>
    public virtual bool MayRepeat => false;

    /// <summary>The states that the family may have after the operation; none if its answer does not fit the state before.</summary>
    public abstract IEnumerable<RowState?> Apply(RowState? state);

    /// <summary>A find or a list that showed the row, or showed none.</summary>
    public sealed record Seen(long Start, long End, RowState? Row) : FamilyOperation(Start, End)
    {
        public override IEnumerable<RowState?> Apply(RowState? state) => state == Row ? [state] : [];

        public override string ToString() => $"saw {Row?.ToString() ?? "nothing"}";
    }

    /// <summary>An add, which is a repeat where the row is there.</summary>
    public sealed record Added(long Start, long End, RowState Row) : FamilyOperation(Start, End)
    {
        public override IEnumerable<RowState?> Apply(RowState? state) => [state ?? Row];

        public override string ToString() => "added";
    }

    /// <summary>Another family's add reported this one as evicted.</summary>
    public sealed record Evicted(long Start, long End, RowState? Row) : FamilyOperation(Start, End)
    {
        public override IEnumerable<RowState?> Apply(RowState? state) => state is { RevokedAt: null } && state == Row ? [null] : [];

        public override string ToString() => $"evicted {Row}";
    }

    /// <summary>A compare-and-swap and its answer.</summary>
    public sealed record Swapped(long Start, long End, long ExpectedVersion, RowState Row, bool Answer) : FamilyOperation(Start, End)
    {
        public override IEnumerable<RowState?> Apply(RowState? state) =>
            (state?.Version == ExpectedVersion) != Answer ? [] : Answer ? [Row] : [state];

        public override string ToString() => $"swapped from version {ExpectedVersion}: {(Answer ? "done" : "conflict")}";
    }

    /// <summary>A revocation that the family matches. Each family has its own instants: batches are committed one by one.</summary>
    public sealed record Revoked(long Start, long End, DateTimeOffset At, bool Delete) : FamilyOperation(Start, End)
    {
        public override bool MayRepeat => true;

        public override IEnumerable<RowState?> Apply(RowState? state) =>
            Delete || state is null ? [null]
            : state.RevokedAt is not null ? [state]
            : [state with { Version = state.Version + 1, Salt = null, RevokedAt = At }];

        public override string ToString() => Delete ? "deleted" : "revoked";
    }

    /// <summary>Pruning with a bound behind every revocation: another node's pruning may hold the row, and this one leave it out.</summary>
    public sealed record Pruned(long Start, long End) : FamilyOperation(Start, End)
    {
        public override bool MayRepeat => true;

        public override IEnumerable<RowState?> Apply(RowState? state) => state?.RevokedAt is null ? [state] : [null, state];

        public override string ToString() => "pruned";
    }
}
