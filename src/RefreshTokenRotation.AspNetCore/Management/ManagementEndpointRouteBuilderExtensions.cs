using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.AspNetCore;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the management endpoints.</summary>
public static class ManagementEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps the management endpoints: settings of clients, device credentials, grants and refresh tokens. Every request must meet the policy, and its
    /// principal must have the operation's permission (<see cref="ManagementScopes"/>). A request sees the tenant that
    /// <see cref="TenantOptions.ResolveTenant"/> names, and no other. <c>MapRefreshTokenRotation()</c> does not map them.
    /// </summary>
    /// <param name="endpoints">The application, or a group of routes.</param>
    /// <param name="authorizationPolicy">The name of the host's authorization policy that administrators meet. Permissions alone are not enough: a client may have
    /// requested them. A principal manages only the tenant that its claim names, or the empty tenant if it names none (<see cref="TenantOptions"/>).</param>
    /// <param name="prefix">The path of the endpoints. Default: <c>/api/v2</c>.</param>
    /// <returns>The builder for conventions such as <c>RequireRateLimiting</c> and <c>RequireHost</c>.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">The policy's name is empty.</exception>
    /// <exception cref="InvalidOperationException">The endpoints, or authorization, have not been added.</exception>
    public static IEndpointConventionBuilder MapRefreshTokenManagement(
        this IEndpointRouteBuilder endpoints, string authorizationPolicy, string prefix = "/api/v2")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentException.ThrowIfNullOrWhiteSpace(authorizationPolicy);
        ArgumentNullException.ThrowIfNull(prefix);
        var services = OAuthEndpointRouteBuilderExtensions.Services(endpoints);
        if (services.GetService<IAuthorizationService>() is null)
        {
            throw new InvalidOperationException($"Authorization has not been added: call AddAuthorization(...) with the policy '{authorizationPolicy}'.");
        }

        var group = endpoints.MapGroup(prefix);
        group.RequireAuthorization(authorizationPolicy);
        services.GetRequiredService<ManagementRoutes>().Map(group);
        services.GetRequiredService<MappedEndpoints>().MarkMapped();
        return group;
    }
}
