namespace RefreshTokenRotation.AspNetCore.Management;

/// <summary>The permissions of the management endpoints. The principal has them in claims named <c>scope</c>, <c>scp</c> or <c>permissions</c>.</summary>
public static class ManagementScopes
{
    /// <summary>Read a client's settings.</summary>
    public const string ReadClients = "read:clients";

    /// <summary>Change a client's settings.</summary>
    public const string UpdateClients = "update:clients";

    /// <summary>List device credentials.</summary>
    public const string ReadDeviceCredentials = "read:device_credentials";

    /// <summary>Delete device credentials.</summary>
    public const string DeleteDeviceCredentials = "delete:device_credentials";

    /// <summary>List grants.</summary>
    public const string ReadGrants = "read:grants";

    /// <summary>Delete grants.</summary>
    public const string DeleteGrants = "delete:grants";

    /// <summary>Read and list refresh tokens.</summary>
    public const string ReadRefreshTokens = "read:refresh_tokens";

    /// <summary>Change the metadata of refresh tokens.</summary>
    public const string UpdateRefreshTokens = "update:refresh_tokens";

    /// <summary>Revoke refresh tokens, one or many.</summary>
    public const string DeleteRefreshTokens = "delete:refresh_tokens";

    /// <summary>All of them, in the order of this class.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        ReadClients, UpdateClients, ReadDeviceCredentials, DeleteDeviceCredentials, ReadGrants, DeleteGrants, ReadRefreshTokens, UpdateRefreshTokens,
        DeleteRefreshTokens,
    ];
}
