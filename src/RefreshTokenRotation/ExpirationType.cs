namespace RefreshTokenRotation;

/// <summary>Whether tokens expire (<c>expiration_type</c>).</summary>
public enum ExpirationType
{
    /// <summary>Tokens have an absolute lifetime, an idle lifetime, or both (<c>expiring</c>).</summary>
    Expiring = 1,

    /// <summary>Tokens live until they are revoked (<c>non-expiring</c>). A family that has an absolute expiry keeps it.</summary>
    NonExpiring = 2,
}
