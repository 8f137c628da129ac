using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.AspNetCore;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the endpoint that revokes all tokens of a user.</summary>
public static class GlobalRevocationEndpointRouteBuilderExtensions
{
    /// <summary>Maps Global Token Revocation (draft-parecki-oauth-global-token-revocation-06) to <see cref="RefreshTokenEndpointOptions.GlobalRevocationPath"/>: an incident
    /// tool or an identity provider names a user, and every family of that user ends, at all clients of the tenant, with the host's sessions
    /// (<see cref="RefreshTokenEndpointOptions.EndSessions"/>). Clients with <see cref="OAuthClient.AllowGlobalRevocation"/> may call it, and no others. They authenticate by
    /// their secret (Basic), or by a client assertion (RFC 7523) as the bearer token. It returns 204, 400 for malformed requests, 401, 403, 404 for unknown
    /// users and 503.
    /// Each revocation is reported to <c>IManagementAudit</c>.</summary>
    /// <param name="endpoints">The application, or a group of routes.</param>
    /// <returns>What conventions such as <c>RequireRateLimiting</c> and <c>RequireHost</c> are added to.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="endpoints"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The endpoints have not been added, or there is no <see cref="ISubjectIdentifierResolver"/>.</exception>
    public static IEndpointConventionBuilder MapGlobalTokenRevocation(this IEndpointRouteBuilder endpoints)
    {
        var services = OAuthEndpointRouteBuilderExtensions.Services(endpoints);
        OAuthEndpointRouteBuilderExtensions.RequireResolver(services);
        return OAuthEndpointRouteBuilderExtensions.MapDocument(
                endpoints, OAuthEndpointRouteBuilderExtensions.Options(services).GlobalRevocationPath, services.GetRequiredService<GlobalRevocationEndpoint>().HandleAsync)
            .Describe("Revokes all tokens of a user (Global Token Revocation)", nameof(IEndpointForms.Nothing), (204, null), 400, 401, 403, 404, 503);
    }
}
