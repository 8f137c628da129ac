namespace RefreshTokenRotation;

/// <summary>Whether an exchange replaces the token (<c>rotation_type</c>).</summary>
public enum RotationType
{
    /// <summary>Each exchange issues a new token and invalidates the old one (<c>rotating</c>).</summary>
    Rotating = 1,

    /// <summary>The token stays valid until it expires or is revoked (<c>non-rotating</c>).</summary>
    NonRotating = 2,
}
