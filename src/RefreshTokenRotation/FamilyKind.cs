namespace RefreshTokenRotation;

/// <summary>What kind of token a family holds. The numbers are stored.</summary>
public enum FamilyKind
{
    /// <summary>Its token is replaced at every exchange.</summary>
    Rotating = 1,

    /// <summary>Its token stays valid until it expires or is revoked.</summary>
    Reusable = 2,
}
