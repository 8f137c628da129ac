using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the log-in of an API that has no OAuth clients.</summary>
public static class SessionsEndpointRouteBuilderExtensions
{
    /// <summary>Maps <c>POST refresh</c>, <c>POST logout</c>, and for authenticated users <c>GET sessions</c>, <c>DELETE sessions/{id}</c> and
    /// <c>DELETE sessions/others</c>.</summary>
    /// <remarks>A refresh and a log-out take <c>{"refreshToken":"…"}</c>, unless a cookie carries the token. A refresh returns
    /// <c>{"tokenType","accessToken","expiresIn","refreshToken"}</c>, as a log-in does.</remarks>
    /// <param name="endpoints">The host's endpoints.</param>
    /// <param name="prefix">The path that they begin with. A refresh token in a cookie is sent only to this path. Default: <c>/auth</c>.</param>
    /// <returns>The endpoints, for further conventions such as rate limits.</returns>
    /// <exception cref="ArgumentException"><paramref name="prefix"/> does not begin with a slash.</exception>
    /// <exception cref="InvalidOperationException"><c>AddRefreshTokenApi()</c>, <c>AddAuthentication()</c> or <c>AddAuthorization()</c> is missing.</exception>
    public static IEndpointConventionBuilder MapRefreshTokenApi(this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string prefix = "/auth")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentException.ThrowIfNullOrEmpty(prefix);
        if (prefix[0] != '/')
        {
            throw new ArgumentException($"The prefix ('{prefix}') must begin with a slash.", nameof(prefix));
        }

        var services = endpoints.ServiceProvider;
        var carrier = services.GetService<RefreshTokenCarrier>()
            ?? throw new InvalidOperationException("The log-in API has not been added: call AddRefreshTokenRotation().AddRefreshTokenApi() on the services.");
        if (services.GetService<IAuthenticationSchemeProvider>() is null || services.GetService<IAuthorizationPolicyProvider>() is null)
        {
            throw new InvalidOperationException(
                "The session endpoints need authentication: call AddAuthentication().AddRotationBearer() and AddAuthorization() on the services.");
        }

        var sessions = services.GetRequiredService<SessionEndpoints>();
        carrier.IsMapped = true;
        var mapped = services.GetRequiredService<MappedEndpoints>();
        var group = endpoints.MapGroup(prefix);
        group.MapPost("refresh", sessions.RefreshAsync).WithDisplayName("Refresh").WithMetadata(SecretBodies.Instance).AllowAnonymous();
        group.MapPost("logout", sessions.LogOutAsync).WithDisplayName("Log-out").WithMetadata(SecretBodies.Instance).AllowAnonymous();
        mapped.Add(prefix.TrimEnd('/') + "/refresh");
        mapped.Add(prefix.TrimEnd('/') + "/logout");
        group.MapGet("sessions", sessions.ListAsync).WithDisplayName("Sessions").RequireAuthorization();
        group.MapDelete("sessions/others", sessions.EndOthersAsync).WithDisplayName("End other sessions").RequireAuthorization();
        group.MapDelete("sessions/{id}", sessions.EndAsync).WithDisplayName("End a session").RequireAuthorization();
        ((IEndpointConventionBuilder)group).Finally(endpoint =>
        {
            // Known only now: the group may be in other groups.
            if (endpoint is RouteEndpointBuilder { DisplayName: "Refresh", RoutePattern.RawText: { } route })
            {
                carrier.Path = "/" + route.Trim('/')[..^"refresh".Length].TrimEnd('/');
            }
        });
        return group;
    }
}
