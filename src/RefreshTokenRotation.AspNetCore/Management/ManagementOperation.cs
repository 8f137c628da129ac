namespace RefreshTokenRotation.AspNetCore.Management;

/// <summary>What a management request changed. The numbers never change.</summary>
public enum ManagementOperation
{
    /// <summary>Settings of a client were set.</summary>
    ClientSettingsChanged = 1,

    /// <summary>Settings of a client were removed: the options decide again.</summary>
    ClientSettingsReset = 2,

    /// <summary>A device credential was deleted, and its grant with it.</summary>
    DeviceCredentialDeleted = 3,

    /// <summary>A grant was deleted.</summary>
    GrantDeleted = 4,

    /// <summary>Every grant of a user was deleted.</summary>
    UserGrantsDeleted = 5,

    /// <summary>One refresh token was revoked.</summary>
    RefreshTokenRevoked = 6,

    /// <summary>Every refresh token of a user was revoked.</summary>
    UserRefreshTokensRevoked = 7,

    /// <summary>Refresh tokens were revoked in bulk.</summary>
    RefreshTokensRevoked = 8,

    /// <summary>The metadata of a refresh token were replaced.</summary>
    RefreshTokenMetadataChanged = 9,
}
