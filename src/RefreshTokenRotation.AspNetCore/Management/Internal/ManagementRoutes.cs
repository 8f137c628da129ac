using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Which operation is where, and which permission it needs.</summary>
internal sealed class ManagementRoutes(
    ManagementPipeline pipeline,
    ClientEndpoints clients,
    DeviceCredentialEndpoints devices,
    GrantEndpoints grants,
    RefreshTokenEndpoints tokens,
    BulkRevocation bulk)
{
    private const string Client = "/clients/{id}";
    private const string Devices = "/device-credentials";
    private const string Device = "/device-credentials/{id}";
    private const string Grants = "/grants";
    private const string Grant = "/grants/{id}";
    private const string Tokens = "/refresh-tokens";
    private const string Token = "/refresh-tokens/{id}";
    private const string Revocation = "/refresh-tokens/revoke";
    private const string TokensOfUser = "/users/{id}/refresh-tokens";

    private IEnumerable<ManagementRoute> All =>
    [
        new(HttpMethods.Get, Client, ManagementScopes.ReadClients, clients.GetAsync, OperationDescription.GetClient),
        new(HttpMethods.Patch, Client, ManagementScopes.UpdateClients, clients.PatchAsync, OperationDescription.PatchClient),
        new(HttpMethods.Get, Devices, ManagementScopes.ReadDeviceCredentials, devices.ListAsync, OperationDescription.ListDeviceCredentials),
        new(HttpMethods.Delete, Device, ManagementScopes.DeleteDeviceCredentials, devices.DeleteAsync, OperationDescription.DeleteDeviceCredential),
        new(HttpMethods.Get, Grants, ManagementScopes.ReadGrants, grants.ListAsync, OperationDescription.ListGrants),
        new(HttpMethods.Delete, Grants, ManagementScopes.DeleteGrants, grants.DeleteOfUserAsync, OperationDescription.DeleteGrantsOfUser),
        new(HttpMethods.Delete, Grant, ManagementScopes.DeleteGrants, grants.DeleteAsync, OperationDescription.DeleteGrant),
        new(HttpMethods.Get, Tokens, ManagementScopes.ReadRefreshTokens, tokens.ListAsync, OperationDescription.ListRefreshTokens),
        new(HttpMethods.Get, Token, ManagementScopes.ReadRefreshTokens, tokens.GetAsync, OperationDescription.GetRefreshToken),
        new(HttpMethods.Patch, Token, ManagementScopes.UpdateRefreshTokens, tokens.PatchAsync, OperationDescription.PatchRefreshToken),
        new(HttpMethods.Delete, Token, ManagementScopes.DeleteRefreshTokens, tokens.DeleteAsync, OperationDescription.DeleteRefreshToken),
        new(HttpMethods.Post, Revocation, ManagementScopes.DeleteRefreshTokens, bulk.HandleAsync, OperationDescription.RevokeRefreshTokens),
        new(HttpMethods.Get, TokensOfUser, ManagementScopes.ReadRefreshTokens, tokens.ListOfUserAsync, OperationDescription.ListRefreshTokensOfUser),
        new(HttpMethods.Delete, TokensOfUser, ManagementScopes.DeleteRefreshTokens, tokens.DeleteOfUserAsync, OperationDescription.DeleteRefreshTokensOfUser),
    ];

    /// <summary>Maps every method of every path, so that the others too get an answer that no cache keeps.</summary>
    public void Map(RouteGroupBuilder group)
    {
        foreach (var path in All.GroupBy(static route => route.Path))
        {
            foreach (var route in path)
            {
                group.MapMethods(route.Path, [route.Method], pipeline.Operation(route.Scope, route.Handle)).Describe(route.Description);
            }

            group.Map(path.Key, pipeline.Other(string.Join(", ", path.Select(static route => route.Method))));
        }
    }
}

/// <summary>One operation: where it is, what it needs, what it does.</summary>
internal sealed record ManagementRoute(string Method, string Path, string Scope, Func<ManagementRequest, ValueTask<ManagementAnswer>> Handle, OperationDescription Description);
