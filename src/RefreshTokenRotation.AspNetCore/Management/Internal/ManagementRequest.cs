using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace RefreshTokenRotation.AspNetCore.Management.Internal;

/// <summary>A request by somebody who may make it.</summary>
internal sealed class ManagementRequest(HttpContext context, string tenantId, int maximumBody)
{
    public HttpRequest Http { get; } = context.Request;

    public string TenantId { get; } = tenantId;

    /// <summary>Ends reading. Changes go on when the caller has gone: half of one would help nobody.</summary>
    public CancellationToken Aborted { get; } = context.RequestAborted;

    /// <summary>The id in the path. The server leaves an escaped slash as it is; no id has its escape in it otherwise.</summary>
    public string Id => ((string)context.Request.RouteValues["id"]!).Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    /// <summary>The living families of the tenant.</summary>
    public TokenFamilyFilter Living => new() { TenantId = TenantId, State = FamilyState.Active };

    /// <summary>The families of a list that names a user, a client or a resource server.</summary>
    public TokenFamilyFilter Named(string? userId, string? clientId, string? audience = null) =>
        Living with { Subject = userId, ClientId = clientId, Resource = audience };

    public QueryReader Query(params ReadOnlySpan<string> known) => new(Http.Query, known);

    public ValueTask<(JsonElement Body, ManagementAnswer? Error)> ReadBodyAsync() => JsonRequest.ReadAsync(Http, maximumBody, Aborted);

    /// <summary>The start of an audit entry.</summary>
    public ManagementAuditEntry Audit(ManagementOperation operation) =>
        new() { Operation = operation, TenantId = TenantId, Actor = Permissions.ActorOf(context.User) };
}
