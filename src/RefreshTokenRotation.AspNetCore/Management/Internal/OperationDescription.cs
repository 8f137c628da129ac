using System.Reflection;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace RefreshTokenRotation.AspNetCore.Internal;

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

/// <summary>What the operations read, for API descriptions alone: nothing implements it.</summary>
internal interface IManagementRequests
{
    void GetClient([FromRoute] string id, [FromQuery(Name = "fields")] string? fields = null, [FromQuery(Name = "include_fields")] bool? includeFields = null);

    void PatchClient([FromRoute] string id, [FromBody] ClientPatchDescription body, [FromHeader(Name = "If-Match")] string? ifMatch = null);

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
        [FromQuery(Name = "take")] int? take = null);

    void ListOfUser([FromRoute] string id, [FromQuery(Name = "from")] string? from = null, [FromQuery(Name = "take")] int? take = null);

    void PatchRefreshToken([FromRoute] string id, [FromBody] RefreshTokenPatchDescription body);

    void Revoke([FromBody] RevocationDescription body);
}

/// <summary>The members of an error answer, for API descriptions.</summary>
internal sealed record ManagementErrorDescription(
    [property: JsonPropertyName("statusCode")] int StatusCode,
    [property: JsonPropertyName("error")] string Error,
    [property: JsonPropertyName("message")] string Message);

/// <summary>Describes the operations to OpenAPI and its like, by metadata that routing does not act on.</summary>
internal static class ManagementDescriptions
{
    private const string Json = "application/json";

    private static readonly int[] Common =
        [StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden, StatusCodes.Status503ServiceUnavailable];

    public static void Describe(this IEndpointConventionBuilder builder, OperationDescription description)
    {
        builder.WithSummary(description.Summary).WithTags("Management");
        builder.WithMetadata([description.Request, .. description.Request.GetParameters().Select(static parameter => new FormParameter(parameter))]);
        builder.WithMetadata(description.Answer is { } answer
            ? new ProducesResponseTypeMetadata(description.StatusCode, answer, [Json])
            : new ProducesResponseTypeMetadata(description.StatusCode, typeof(void)));
        foreach (var statusCode in Common.Concat(description.Errors))
        {
            builder.WithMetadata(statusCode == StatusCodes.Status401Unauthorized
                ? new ProducesResponseTypeMetadata(statusCode, typeof(void)) // the host's own answer
                : new ProducesResponseTypeMetadata(statusCode, typeof(ManagementErrorDescription), [Json]));
        }
    }
}
