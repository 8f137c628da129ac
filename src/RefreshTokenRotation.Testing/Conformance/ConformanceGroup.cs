namespace RefreshTokenRotation.Testing.Conformance;

/// <summary>What a conformance case is about.</summary>
public enum ConformanceGroup
{
    /// <summary>What was written is read again, field by field.</summary>
    RoundTrip = 1,

    /// <summary>Unique lookup keys and family ids, and repeated adds.</summary>
    Uniqueness = 2,

    /// <summary>Compare-and-swap.</summary>
    CompareAndSwap = 3,

    /// <summary>All or nothing: after a refusal, a cancellation, a crash, and a rollback of the caller's own transaction.</summary>
    Atomicity = 4,

    /// <summary>The cap on active families.</summary>
    Cap = 5,

    /// <summary>Set-based revocation.</summary>
    Revocation = 6,

    /// <summary>Lists and their pages.</summary>
    Listing = 7,

    /// <summary>Pruning.</summary>
    Pruning = 8,

    /// <summary>Cancellation.</summary>
    Cancellation = 9,

    /// <summary>Registration through the builder.</summary>
    Registration = 10,

    /// <summary>Random operations, compared with a model.</summary>
    Model = 11,
}
