namespace RefreshTokenRotation.Rotation;

/// <summary>Which token of its family was presented.</summary>
internal enum TokenStanding
{
    /// <summary>The only one that rotates.</summary>
    Current,

    /// <summary>The one that the current token replaced, proved by deriving the current one from it.</summary>
    Previous,

    /// <summary>Any other: older, displaced, or tampered with.</summary>
    Superseded,
}
