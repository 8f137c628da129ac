namespace RefreshTokenRotation.Testing.Tests.EveryCall;

/// <summary>One operation, one of its store calls, one fault, and what must come of it.</summary>
internal sealed record FaultCase(Scenario Scenario, StoreCall Call, StoreFaultKind Kind)
{
    /// <summary>The call only waits.</summary>
    public bool IsDelay => Kind is StoreFaultKind.DelayBefore or StoreFaultKind.DelayAfter;

    /// <summary>The set-based call that follows an exchange's own write.</summary>
    public bool IsFollowUp => Scenario.IsAllDone is not null && Call == StoreCall.Revoke;

    private bool IsConflict => Kind is StoreFaultKind.Conflict or StoreFaultKind.ConflictAfterWrite;

    private bool IsRead => Call is StoreCall.Find or StoreCall.List;

    /// <summary>Whether the faulty call itself reached the store, late or not.</summary>
    private bool WritesItself => Kind is StoreFaultKind.ThrowAfter or StoreFaultKind.CancelAfter or StoreFaultKind.ConflictAfterWrite
        or StoreFaultKind.LandLate || IsDelay;

    /// <summary>DESIGN: a read that fails is an outage. An exchange that is not sure of its write reads again and settles it, an issue adds
    /// again; the end of a migration is best effort; a wide response that fails is an outage.</summary>
    public string Answer
    {
        get
        {
            if (Kind == StoreFaultKind.StaleRead)
            {
                return Scenario.AnswerWhenStale ?? Scenario.Answer;
            }

            if (IsDelay || IsConflict)
            {
                return Scenario.Answer;
            }

            var isSettled = IsFollowUp ? Scenario.Answer != "reuse_detected" : Scenario.SettlesWrites && !IsRead;
            return isSettled ? Scenario.Answer : Scenario.Unavailable;
        }
    }

    /// <summary>Whether the operation's own write is there in the end, with all late writes landed.</summary>
    public bool IsDone => Kind == StoreFaultKind.Conflict && Scenario.GivesWay
        ? false
        : Answer == Scenario.Answer || IsFollowUp || (!IsRead && WritesItself);

    /// <summary>Whether what follows it is there too.</summary>
    public bool IsAllDone => IsFollowUp ? WritesItself : IsDone;

    public static IEnumerable<FaultCase> All =>
        from scenario in Scenarios.All
        from call in scenario.Calls
        from kind in Enum.GetValues<StoreFaultKind>()
        where kind != StoreFaultKind.None && Make(kind, new StoreGate()).AppliesTo(call)
        select new FaultCase(scenario, call, kind);

    public static StoreFault Make(StoreFaultKind kind, StoreGate gate) => kind switch
    {
        StoreFaultKind.DelayBefore => StoreFault.DelayBefore(gate),
        StoreFaultKind.DelayAfter => StoreFault.DelayAfter(gate),
        StoreFaultKind.Conflict => StoreFault.Conflict,
        StoreFaultKind.ConflictAfterWrite => StoreFault.ConflictAfterWrite,
        StoreFaultKind.ThrowBefore => StoreFault.ThrowBeforeWrite,
        StoreFaultKind.ThrowAfter => StoreFault.ThrowAfterWrite,
        StoreFaultKind.LandLate => StoreFault.LandLate(),
        StoreFaultKind.StaleRead => StoreFault.StaleRead(),
        StoreFaultKind.CancelBefore => StoreFault.CancelBeforeWrite,
        StoreFaultKind.CancelAfter => StoreFault.CancelAfterWrite,
        _ => StoreFault.None,
    };
}
