using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Which operation is where, which permission it needs, and what it reads and returns.</summary>
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
    private const string Grants = "/grants";
    private const string Tokens = "/refresh-tokens";
    private const string Token = "/refresh-tokens/{id}";
    private const string TokensOfUser = "/users/{id}/refresh-tokens";

    private static readonly string Get = HttpMethods.Get;
    private static readonly string Patch = HttpMethods.Patch;
    private static readonly string Delete = HttpMethods.Delete;
    private static readonly string Post = HttpMethods.Post;

    private IEnumerable<ManagementRoute> All =>
    [
        new(Get, Client, ManagementScopes.ReadClients, clients.GetAsync, nameof(IManagementRequests.GetClient), "Reads a client's refresh token settings", 200, typeof(ClientBody), 404),
        new(Patch, Client, ManagementScopes.UpdateClients, clients.PatchAsync, nameof(IManagementRequests.PatchClient), "Changes a client's refresh token settings; those that are not named stay", 200, typeof(ClientBody), 404, 408, 412, 413, 415),
        new(Get, Devices, ManagementScopes.ReadDeviceCredentials, devices.ListAsync, nameof(IManagementRequests.ListDeviceCredentials), "Lists device credentials", 200, typeof(DeviceCredentialBody[])),
        new(Delete, Devices + "/{id}", ManagementScopes.DeleteDeviceCredentials, devices.DeleteAsync, nameof(IManagementRequests.ById), "Deletes a device credential and ends its grant", 204, null, 404),
        new(Get, Grants, ManagementScopes.ReadGrants, grants.ListAsync, nameof(IManagementRequests.ListGrants), "Lists grants", 200, typeof(GrantBody[])),
        new(Delete, Grants, ManagementScopes.DeleteGrants, grants.DeleteOfUserAsync, nameof(IManagementRequests.ByUser), "Deletes every grant of a user", 204, null),
        new(Delete, Grants + "/{id}", ManagementScopes.DeleteGrants, grants.DeleteAsync, nameof(IManagementRequests.ById), "Deletes a grant and revokes its refresh tokens", 204, null, 404),
        new(Get, Tokens, ManagementScopes.ReadRefreshTokens, tokens.ListAsync, nameof(IManagementRequests.ListRefreshTokens), "Lists refresh tokens of a user, at one client or all", 200, typeof(RefreshTokenPageBody)),
        new(Get, Token, ManagementScopes.ReadRefreshTokens, tokens.GetAsync, nameof(IManagementRequests.ById), "Reads a refresh token's data, never the token", 200, typeof(RefreshTokenBody), 404),
        new(Patch, Token, ManagementScopes.UpdateRefreshTokens, tokens.PatchAsync, nameof(IManagementRequests.PatchRefreshToken), "Replaces the metadata of a refresh token", 200, typeof(RefreshTokenBody), 404, 408, 413, 415),
        new(Delete, Token, ManagementScopes.DeleteRefreshTokens, tokens.DeleteAsync, nameof(IManagementRequests.ById), "Revokes a refresh token", 202, null, 404),
        new(Post, Tokens + "/revoke", ManagementScopes.DeleteRefreshTokens, bulk.HandleAsync, nameof(IManagementRequests.Revoke), "Revokes many refresh tokens", 202, null, 408, 413, 415),
        new(Get, TokensOfUser, ManagementScopes.ReadRefreshTokens, tokens.ListOfUserAsync, nameof(IManagementRequests.ListOfUser), "Lists refresh tokens of a user", 200, typeof(UserRefreshTokenPageBody), 404),
        new(Delete, TokensOfUser, ManagementScopes.DeleteRefreshTokens, tokens.DeleteOfUserAsync, nameof(IManagementRequests.ById), "Revokes every refresh token of a user", 202, null, 404),
        new(Post, "/users/{id}/revoke-access", ManagementScopes.DeleteRefreshTokens, bulk.RevokeAccessAsync, nameof(IManagementRequests.RevokeAccess), "Revokes a user's sessions and refresh tokens", 202, null, 404, 408, 413, 415),
    ];

    /// <summary>Maps every method of every path, so that the others too get an answer that no cache keeps.</summary>
    public void Map(RouteGroupBuilder group)
    {
        foreach (var path in All.GroupBy(static route => route.Path))
        {
            foreach (var route in path)
            {
                route.Describe(group.MapMethods(route.Path, [route.Method], pipeline.Operation(route)));
            }

            group.Map(path.Key, pipeline.Other(string.Join(", ", path.Select(static route => route.Method))));
        }
    }
}

/// <summary>One operation.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Path">Its path.</param>
/// <param name="Scope">The permission that it needs.</param>
/// <param name="Handle">What it does.</param>
/// <param name="Reads">The method of <see cref="IManagementRequests"/> that says what it reads.</param>
/// <param name="Summary">What it does, in words.</param>
/// <param name="StatusCode">The status of success.</param>
/// <param name="Answer">The answer of success; null if it has no body.</param>
/// <param name="Errors">The other responses, besides 400, 401, 403 and 503.</param>
internal sealed record ManagementRoute(
    string Method,
    string Path,
    string Scope,
    Func<ManagementRequest, ValueTask<ManagementAnswer>> Handle,
    string Reads,
    string Summary,
    int StatusCode,
    Type? Answer,
    params int[] Errors)
{
    private static readonly int[] Common = [400, 403, 503];

    private readonly MethodInfo _reads = typeof(IManagementRequests).GetMethod(Reads)!;

    /// <summary>The parameters of the query.</summary>
    public string[] QueryNames { get; } =
        [.. typeof(IManagementRequests).GetMethod(Reads)!.GetParameters().Select(static parameter => parameter.GetCustomAttribute<FromQueryAttribute>()?.Name).OfType<string>()];

    /// <summary>Describes the operation to OpenAPI and its like, by metadata that routing does not act on.</summary>
    public void Describe(IEndpointConventionBuilder builder) => builder.Describe("Management", Summary, _reads,
    [
        (StatusCode, Answer ?? typeof(void)),
        (StatusCodes.Status401Unauthorized, typeof(void)), // the host's own answer
        .. Common.Concat(Errors).Select(static statusCode => (statusCode, typeof(ManagementError))),
    ]);
}

/// <summary>What the operations read: their query, and their bodies for API descriptions. Nothing implements it.</summary>
internal interface IManagementRequests
{
    void GetClient([FromRoute] string id, [FromQuery(Name = "fields")] string? fields = null, [FromQuery(Name = "include_fields")] bool? includeFields = null);

    void PatchClient([FromRoute] string id, [FromBody] ClientPatchBody body, [FromHeader(Name = "If-Match")] string? ifMatch = null);

    void ById([FromRoute] string id);

    void ByUser([FromQuery(Name = "user_id")] string userId);

    void ListDeviceCredentials(
        [FromQuery(Name = "user_id")] string? userId = null,
        [FromQuery(Name = "client_id")] string? clientId = null,
        [FromQuery(Name = "type")] string? type = null,
        [FromQuery(Name = "page")] int? page = null,
        [FromQuery(Name = "per_page")] int? perPage = null,
        [FromQuery(Name = "include_totals")] bool? includeTotals = null,
        [FromQuery(Name = "fields")] string? fields = null,
        [FromQuery(Name = "include_fields")] bool? includeFields = null);

    void ListGrants(
        [FromQuery(Name = "user_id")] string? userId = null,
        [FromQuery(Name = "client_id")] string? clientId = null,
        [FromQuery(Name = "audience")] string? audience = null,
        [FromQuery(Name = "page")] int? page = null,
        [FromQuery(Name = "per_page")] int? perPage = null,
        [FromQuery(Name = "include_totals")] bool? includeTotals = null);

    void ListRefreshTokens(
        [FromQuery(Name = "user_id")] string userId,
        [FromQuery(Name = "client_id")] string? clientId = null,
        [FromQuery(Name = "from")] string? from = null,
        [FromQuery(Name = "take")] int? take = null,
        [FromQuery(Name = "include_totals")] bool? includeTotals = null,
        [FromQuery(Name = "fields")] string? fields = null,
        [FromQuery(Name = "include_fields")] bool? includeFields = null);

    void ListOfUser(
        [FromRoute] string id,
        [FromQuery(Name = "from")] string? from = null,
        [FromQuery(Name = "take")] int? take = null,
        [FromQuery(Name = "include_totals")] bool? includeTotals = null,
        [FromQuery(Name = "fields")] string? fields = null,
        [FromQuery(Name = "include_fields")] bool? includeFields = null);

    void PatchRefreshToken([FromRoute] string id, [FromBody] RefreshTokenPatchBody body);

    void Revoke([FromBody] BulkRevocationBody body);

    void RevokeAccess([FromRoute] string id, [FromBody] AccessRevocationBody body);
}
