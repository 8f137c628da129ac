namespace RefreshTokenRotation.Testing.Tests.WrongEngines;

/// <summary>What others got wrong. Each must be found by the searches.</summary>
internal enum Bug
{
    None,

    /// <summary>Each reissue starts the leeway anew.</summary>
    SlidingWindow,

    /// <summary>Each retry inside the leeway gets a successor of its own.</summary>
    Siblings,

    /// <summary>Reuse is acted upon before it is checked whose token it is.</summary>
    RevocationBeforeClientCheck,

    /// <summary>A wrong scope is refused before it is looked at whether the token is reuse.</summary>
    ScopeBeforeReuse,

    /// <summary>A compare-and-swap that answers false is taken for a write.</summary>
    SwapResultIgnored,

    /// <summary>The request that detects a reuse fails, and its revocation with it.</summary>
    RevocationRolledBack,

    /// <summary>Inside the leeway, the token before the previous one is accepted too.</summary>
    SecondToLastAccepted,

    /// <summary>The leeway is compared in whole seconds.</summary>
    WholeSecondWindow,

    /// <summary>A reuse is acted upon whatever the row has become since it was read.</summary>
    StaleReadRevokes,

    /// <summary>Each rotation grants a full new lifetime.</summary>
    ExpiryExtended,

    /// <summary>Ended families fill the cap.</summary>
    CapCountsEnded,

    /// <summary>A confirmed use ends the leeway, and not the recovery alone.</summary>
    ConfirmEndsLeeway,

    /// <summary>After an unclear write, a row with any hash that this call knows is taken for its own write.</summary>
    KnownHashTakenForSuccess,
}
