namespace RefreshTokenRotation.TestSupport.Model;

/// <summary>What an event says that the protocol fixes; two that mean the same are equal.</summary>
/// <param name="Name">The case of <see cref="RefreshTokenEvent"/>.</param>
/// <param name="FamilyId">The family; null where none is known or several are meant.</param>
/// <param name="Detail">The rest, in words.</param>
internal sealed record ModelEvent(string Name, Guid? FamilyId, string Detail)
{
    /// <summary>Reads an event of the engine.</summary>
    /// <param name="told">The event.</param>
    /// <returns>What it says.</returns>
    /// <exception cref="ArgumentException">The case is not known.</exception>
    public static ModelEvent From(RefreshTokenEvent told)
    {
        ArgumentNullException.ThrowIfNull(told);
        var family = told.Family?.FamilyId;
        return told switch
        {
            RefreshTokenEvent.Issued => Issued(family!.Value),
            RefreshTokenEvent.Exchanged exchanged => Exchanged(family!.Value, exchanged.Outcome, exchanged.GenerationsBack),
            RefreshTokenEvent.ReuseDetected reuse => ReuseDetected(family!.Value, reuse.FamilyRevoked, reuse.WouldRecover),
            RefreshTokenEvent.Evicted => Evicted(family!.Value),
            RefreshTokenEvent.Revoked revoked => Revoked(family, revoked.Reason, revoked.Count, revoked.Deleted),
            RefreshTokenEvent.Rejected rejected => Rejected(
                family, rejected.Reason, rejected.WasCurrent, told.Family?.RevocationReason, told.IsSecurityEvent),
            _ => throw new ArgumentException($"{told.GetType().Name} is no case that the model knows.", nameof(told)),
        };
    }

    /// <summary>The case, the family and the rest.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => $"{Name} {FamilyId} {Detail}";

    internal static ModelEvent Issued(Guid family) => new(nameof(Issued), family, string.Empty);

    internal static ModelEvent Exchanged(Guid family, ExchangeOutcome outcome, long back) =>
        new(nameof(Exchanged), family, back > 1 ? $"{outcome.ToCode()}, {back} back" : outcome.ToCode());

    internal static ModelEvent Evicted(Guid family) => new(nameof(Evicted), family, string.Empty);

    internal static ModelEvent ReuseDetected(Guid family, bool revoked, bool wouldRecover) =>
        new(nameof(ReuseDetected), family, $"{(revoked ? "revoked" : "shadow")}{(wouldRecover ? ", would recover" : string.Empty)}");

    internal static ModelEvent Revoked(Guid? family, RevocationReason reason, long count, bool deleted) =>
        new(nameof(Revoked), family, $"{reason.ToCode()} x {count}{(deleted ? ", deleted" : string.Empty)}");

    // Whether it was the current token is told for revoked families: there a replay that came too late shows by it.
    internal static ModelEvent Rejected(Guid? family, RejectionReason reason, bool wasCurrent, RevocationReason? revoked, bool security) =>
        new(nameof(Rejected), family, reason == RejectionReason.Revoked
            ? $"{reason.ToCode()} for {revoked?.ToCode()}{(wasCurrent ? ", current" : string.Empty)}"
            : $"{reason.ToCode()}{(security ? ", security" : string.Empty)}");
}
