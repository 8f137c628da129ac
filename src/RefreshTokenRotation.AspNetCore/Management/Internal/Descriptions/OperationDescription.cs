using System.Reflection;
using Microsoft.AspNetCore.Http;

namespace RefreshTokenRotation.AspNetCore.Management.Internal.Descriptions;

/// <summary>What an operation does, reads and answers, for API descriptions.</summary>
/// <param name="Summary">What it does.</param>
/// <param name="Request">What it reads.</param>
/// <param name="StatusCode">The status of success.</param>
/// <param name="Answer">The answer of success; null if it has no body.</param>
/// <param name="Errors">What else is answered, besides 400, 403 and 503.</param>
internal sealed record OperationDescription(string Summary, MethodInfo Request, int StatusCode, Type? Answer, params int[] Errors)
{
    public static readonly OperationDescription GetClient = new(
        "Reads a client's refresh token settings", Of(nameof(IManagementRequests.GetClient)), StatusCodes.Status200OK, typeof(ClientDescription), 404);

    public static readonly OperationDescription PatchClient = new(
        "Changes a client's refresh token settings; what is not named stays", Of(nameof(IManagementRequests.PatchClient)), StatusCodes.Status200OK, typeof(ClientDescription), 404, 412, 413, 415);

    public static readonly OperationDescription ListDeviceCredentials = new(
        "Lists device credentials", Of(nameof(IManagementRequests.ListDeviceCredentials)), StatusCodes.Status200OK, typeof(DeviceCredentialDescription[]));

    public static readonly OperationDescription DeleteDeviceCredential = new(
        "Deletes a device credential and ends its grant", Of(nameof(IManagementRequests.ById)), StatusCodes.Status204NoContent, null);

    public static readonly OperationDescription ListGrants = new(
        "Lists grants", Of(nameof(IManagementRequests.ListGrants)), StatusCodes.Status200OK, typeof(GrantDescription[]));

    public static readonly OperationDescription DeleteGrant = new(
        "Deletes a grant and revokes its refresh tokens", Of(nameof(IManagementRequests.ById)), StatusCodes.Status204NoContent, null);

    public static readonly OperationDescription DeleteGrantsOfUser = new(
        "Deletes every grant of a user", Of(nameof(IManagementRequests.ByUser)), StatusCodes.Status204NoContent, null);

    public static readonly OperationDescription ListRefreshTokens = new(
        "Lists refresh tokens of a user, at one client or all", Of(nameof(IManagementRequests.ListRefreshTokens)), StatusCodes.Status200OK, typeof(RefreshTokenPageDescription));

    public static readonly OperationDescription GetRefreshToken = new(
        "Reads a refresh token's data, never the token", Of(nameof(IManagementRequests.ById)), StatusCodes.Status200OK, typeof(RefreshTokenDescription), 404);

    public static readonly OperationDescription PatchRefreshToken = new(
        "Replaces the metadata of a refresh token", Of(nameof(IManagementRequests.PatchRefreshToken)), StatusCodes.Status200OK, typeof(RefreshTokenDescription), 404, 413, 415);

    public static readonly OperationDescription DeleteRefreshToken = new(
        "Revokes a refresh token", Of(nameof(IManagementRequests.ById)), StatusCodes.Status202Accepted, null);

    public static readonly OperationDescription RevokeRefreshTokens = new(
        "Revokes many refresh tokens", Of(nameof(IManagementRequests.Revoke)), StatusCodes.Status202Accepted, null, 413, 415);

    public static readonly OperationDescription ListRefreshTokensOfUser = new(
        "Lists refresh tokens of a user", Of(nameof(IManagementRequests.ListOfUser)), StatusCodes.Status200OK, typeof(RefreshTokenPageDescription));

    public static readonly OperationDescription DeleteRefreshTokensOfUser = new(
        "Revokes every refresh token of a user", Of(nameof(IManagementRequests.ById)), StatusCodes.Status202Accepted, null);

    private static MethodInfo Of(string name) => typeof(IManagementRequests).GetMethod(name)!;
}
