namespace RefreshTokenRotation.AspNetCore.Internal.ResourceServer;

/// <summary>What a user's claims say of the family.</summary>
internal enum FamilyReading
{
    /// <summary>Nobody is authenticated.</summary>
    Anonymous,

    /// <summary>Somebody is, by something that names no family.</summary>
    None,

    /// <summary>Something is named that is no family, or two of them.</summary>
    Malformed,

    /// <summary>A family is named.</summary>
    Family,
}
