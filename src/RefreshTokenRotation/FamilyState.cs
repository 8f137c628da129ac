namespace RefreshTokenRotation;

/// <summary>Whether a family is active.</summary>
public enum FamilyState
{
    /// <summary>Neither revoked nor expired.</summary>
    Active = 1,

    /// <summary>Revoked, whether or not it has expired since.</summary>
    Revoked = 2,

    /// <summary>Its absolute or idle lifetime is over, and it was not revoked.</summary>
    Expired = 3,
}
