namespace RefreshTokenRotation;

/// <summary>What a successful exchange did.</summary>
public enum ExchangeOutcome
{
    /// <summary>A new token was issued and the presented one was invalidated.</summary>
    Rotated = 1,

    /// <summary>The token is reusable and stays valid.</summary>
    Used = 2,

    /// <summary>A non-rotating token was swapped for a rotating one.</summary>
    ConvertedToRotating = 3,

    /// <summary>A rotating token was swapped for a non-rotating one.</summary>
    ConvertedToNonRotating = 4,

    /// <summary>The previous token came back within the leeway and got the same successor again.</summary>
    Reissued = 5,

    /// <summary>The previous token came back after the leeway; the successor that was lost is displaced by a new one.</summary>
    Recovered = 6,
}
