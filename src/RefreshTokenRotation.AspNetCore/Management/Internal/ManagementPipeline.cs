using System.Globalization;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>What surrounds every operation: the permission, the tenant, and a response for every failure. The host's policy has already passed.</summary>
internal sealed class ManagementPipeline(IOptions<RefreshTokenEndpointOptions> options, TenantRule tenants, ILogger<ManagementPipeline> logger)
{
    private readonly int _maximumBody = options.Value.MaximumBodySize;
    private readonly string _retryAfter = ((long)options.Value.RetryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    /// <summary>The endpoint of an operation.</summary>
    public RequestDelegate Operation(ManagementRoute route) => async context =>
        await SendAsync(context, await RunAsync(context, route).ConfigureAwait(false)).ConfigureAwait(false);

    /// <summary>The endpoint for every other method of a path.</summary>
    /// <param name="allowed">The methods that there are.</param>
    public RequestDelegate Other(string allowed) => async context =>
    {
        context.Response.Headers.Allow = allowed;
        await SendAsync(context, ManagementAnswer.MethodNotAllowed).ConfigureAwait(false);
    };

    private async ValueTask<ManagementAnswer> RunAsync(HttpContext context, ManagementRoute route)
    {
        if (!Permissions.Has(context.User, route.Scope))
        {
            return ManagementAnswer.Forbidden(route.Scope);
        }

        try
        {
            var tenantId = tenants.Of(context);
            return tenants.Admits(context.User, tenantId)
                ? await route.Handle(new ManagementRequest(context, route, tenantId, _maximumBody)).ConfigureAwait(false)
                : ManagementAnswer.OfAnotherTenant;
        }
        catch (ManagementRefusedException refused)
        {
            return refused.Answer;
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            throw; // The caller has gone, or the host's own time limit responds.
        }
        catch (Exception fault)
        {
            // A store, or other code of the host.
            logger.RequestFailed(fault, OAuthPipeline.RouteOf(context));
            return ManagementAnswer.Unavailable;
        }
    }

    private async ValueTask SendAsync(HttpContext context, ManagementAnswer answer)
    {
        if (answer.StatusCode == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = _retryAfter;
        }
        else if (answer.StatusCode == StatusCodes.Status408RequestTimeout)
        {
            context.Response.Headers.Connection = "close"; // RFC 9110 section 15.5.9
        }

        if (answer.EntityTag is { } tag)
        {
            context.Response.Headers.ETag = tag;
        }

        if (answer.Body.IsEmpty)
        {
            OAuthAnswer.SendEmpty(context, answer.StatusCode);
            return;
        }

        await OAuthAnswer.SendJsonAsync(context, answer.StatusCode, answer.Body.Span).ConfigureAwait(false);
    }
}

/// <summary>A request by somebody who may make it.</summary>
internal sealed class ManagementRequest(HttpContext context, ManagementRoute route, string tenantId, int maximumBody)
{
    private QueryReader? _query;

    public HttpRequest Http { get; } = context.Request;

    public string TenantId { get; } = tenantId;

    /// <summary>Ends reading. Changes go on when the caller has gone: half of one would help nobody.</summary>
    public CancellationToken Aborted { get; } = context.RequestAborted;

    /// <summary>The id in the path.</summary>
    public string Id => PathId.Read(context);

    /// <summary>The user whom the id in the path names.</summary>
    public string UserId => TextForm.IsFit(Id) ? Id : throw new ManagementRefusedException(ManagementAnswer.UserUnknown);

    /// <summary>The active families of a list that names a user, a client or a resource server.</summary>
    public TokenFamilyFilter Named(string? userId, string? clientId, string? audience = null) =>
        new() { TenantId = TenantId, State = FamilyState.Active, Subject = userId, ClientId = clientId, Resource = audience };

    /// <summary>The query, of which every parameter that the operation does not describe is refused.</summary>
    public QueryReader Query => _query ??= new(Http.Query, route.QueryNames);

    /// <summary>Reads a body that must be a JSON object.</summary>
    public async ValueTask<JsonElement> ReadBodyAsync()
    {
        var (body, unreadable) = await RequestBody.ReadDocumentAsync(Http, "application/json", maximumBody, mustBeUtf8: true, Aborted).ConfigureAwait(false);
        return unreadable is not null ? throw new ManagementRefusedException(ManagementAnswer.Unreadable(unreadable))
            : CompactJws.ParseObject(body!) ?? throw new ManagementRefusedException(ManagementAnswer.BodyMalformed);
    }

    /// <summary>The start of an audit entry.</summary>
    public ManagementAuditEntry Audit(ManagementOperation operation) =>
        new() { Operation = operation, TenantId = TenantId, Actor = Permissions.ActorOf(context.User) };
}

/// <summary>Reads what a principal may do, and who it is, from the claims that access tokens carry.</summary>
internal static class Permissions
{
    /// <summary>What ASP.NET Core's JWT handler makes of <c>scp</c> unless the host switches the renaming of claims off.</summary>
    private const string RenamedScp = "http://schemas.microsoft.com/identity/claims/scope";

    public static bool Has(ClaimsPrincipal principal, string scope) =>
        principal.Identities
            .Where(static identity => identity.IsAuthenticated)
            .SelectMany(static identity => identity.Claims)
            .Any(claim => claim.Type is "scope" or "scp" or "permissions" or RenamedScp && claim.Value.Split(' ').Contains(scope, StringComparer.Ordinal));

    public static string? ActorOf(ClaimsPrincipal principal) =>
        (principal.FindFirst("sub") ?? principal.FindFirst(ClaimTypes.NameIdentifier) ?? principal.FindFirst("client_id") ?? principal.FindFirst("azp"))?.Value;
}

/// <summary>Reads the id in a path, decoded once. The server decodes all but an escaped slash, so that <c>%2F</c> in its path is either that or what it made of
/// <c>%252F</c>. Only the address as it was sent says which.</summary>
internal static class PathId
{
    private const string Name = "id";
    private const string Slash = "%2F";

    public static string Read(HttpContext context)
    {
        var value = (string)context.Request.RouteValues[Name]!;
        if (!value.Contains(Slash, StringComparison.OrdinalIgnoreCase))
        {
            return value;
        }

        var sent = SegmentAsSent(context) ?? string.Empty;
        var asServed = Uri.UnescapeDataString(sent.Replace(Slash, "%252F", StringComparison.OrdinalIgnoreCase));
        return asServed.Equals(value, StringComparison.OrdinalIgnoreCase)
            ? Uri.UnescapeDataString(sent)
            : value.Replace(Slash, "/", StringComparison.OrdinalIgnoreCase); // a server that does not keep the address
    }

    /// <summary>The segment of the id, counted from the end: the host may have mapped the endpoints below any path.</summary>
    private static string? SegmentAsSent(HttpContext context)
    {
        if ((context.GetEndpoint() as RouteEndpoint)?.RoutePattern.PathSegments is not { } pattern
            || context.Features.Get<IHttpRequestFeature>()?.RawTarget is not { } target)
        {
            return null;
        }

        var query = target.IndexOf('?', StringComparison.Ordinal);
        var segments = (query < 0 ? target : target[..query]).TrimEnd('/').Split('/');
        for (var fromEnd = 1; fromEnd <= Math.Min(pattern.Count, segments.Length); fromEnd++)
        {
            if (pattern[^fromEnd].Parts is [RoutePatternParameterPart { Name: Name }])
            {
                return segments[^fromEnd];
            }
        }

        return null;
    }
}
