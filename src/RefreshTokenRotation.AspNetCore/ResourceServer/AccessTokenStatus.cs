namespace RefreshTokenRotation.AspNetCore;

/// <summary>Whether an access token is still good for anything, beyond its signature and its lifetime.</summary>
public enum AccessTokenStatus
{
    /// <summary>The family that the token came with lives.</summary>
    Active = 1,

    /// <summary>The family has ended, which is final: every access token that came with it is refused from now on.</summary>
    Ended = 2,

    /// <summary>This token is not active, and why is not known. Other tokens of the family are asked for by themselves.</summary>
    Inactive = 3,
}
