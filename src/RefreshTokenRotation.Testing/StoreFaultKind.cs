namespace RefreshTokenRotation.Testing;

/// <summary>What can go wrong between an engine and its store.</summary>
public enum StoreFaultKind
{
    /// <summary>Nothing goes wrong.</summary>
    None = 0,

    /// <summary>The call waits at a gate before it reaches the store.</summary>
    DelayBefore = 1,

    /// <summary>The store has done its work, and the call waits at a gate before it returns.</summary>
    DelayAfter = 2,

    /// <summary>A compare-and-swap returns false, and nothing was written.</summary>
    Conflict = 3,

    /// <summary>A compare-and-swap returns false although it has written: a driver repeated a write that had succeeded.</summary>
    ConflictAfterWrite = 4,

    /// <summary>The call throws, and the store was not reached.</summary>
    ThrowBefore = 5,

    /// <summary>The call throws although the store has done its work: the response was lost.</summary>
    ThrowAfter = 6,

    /// <summary>The call throws a <see cref="TimeoutException"/> at once; its write is performed later.</summary>
    LandLate = 7,

    /// <summary>A find returns the row as it was before its last writes, as a lagging replica does. The contract forbids it.</summary>
    StaleRead = 8,

    /// <summary>The call throws an <see cref="OperationCanceledException"/>, and the store was not reached.</summary>
    CancelBefore = 9,

    /// <summary>The call throws an <see cref="OperationCanceledException"/> though the store has done its work.</summary>
    CancelAfter = 10,
}
