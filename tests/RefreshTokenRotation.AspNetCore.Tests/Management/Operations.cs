using RefreshTokenRotation.AspNetCore.Management;

namespace RefreshTokenRotation.AspNetCore.Tests.Management;

/// <summary>Every operation, with a request that is answered well.</summary>
internal sealed record Operation(string Method, string Path, string Scope, int Status, string? Body = null)
{
    public const string SomeId = "00112233445566778899aabbccddeeff";

    public static readonly Operation[] All =
    [
        new("GET", "/clients/spa", ManagementScopes.ReadClients, 200),
        new("PATCH", "/clients/spa", ManagementScopes.UpdateClients, 200, """{"refresh_token":{"leeway":5}}"""),
        new("GET", "/device-credentials", ManagementScopes.ReadDeviceCredentials, 200),
        new("DELETE", $"/device-credentials/{SomeId}", ManagementScopes.DeleteDeviceCredentials, 204),
        new("GET", "/grants", ManagementScopes.ReadGrants, 200),
        new("DELETE", "/grants/YQBiAGM", ManagementScopes.DeleteGrants, 204),
        new("DELETE", "/grants?user_id=nobody", ManagementScopes.DeleteGrants, 204),
        new("GET", $"/refresh-tokens/{SomeId}", ManagementScopes.ReadRefreshTokens, 404),
        new("PATCH", $"/refresh-tokens/{SomeId}", ManagementScopes.UpdateRefreshTokens, 404, """{"refresh_token_metadata":{}}"""),
        new("DELETE", $"/refresh-tokens/{SomeId}", ManagementScopes.DeleteRefreshTokens, 202),
        new("GET", "/refresh-tokens?user_id=nobody", ManagementScopes.ReadRefreshTokens, 200),
        new("POST", "/refresh-tokens/revoke", ManagementScopes.DeleteRefreshTokens, 202, """{"user_id":"nobody"}"""),
        new("POST", "/users/nobody/revoke-access", ManagementScopes.DeleteRefreshTokens, 202, "{}"),
        new("GET", "/users/nobody/refresh-tokens", ManagementScopes.ReadRefreshTokens, 200),
        new("DELETE", "/users/nobody/refresh-tokens", ManagementScopes.DeleteRefreshTokens, 202),
    ];

    public override string ToString() => $"{Method} {Path}";
}
