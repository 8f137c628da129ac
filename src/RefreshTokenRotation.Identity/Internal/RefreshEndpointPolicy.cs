using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Identity.Data;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;
using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.Identity.Internal;

/// <summary>Prepares each request to <c>/refresh</c> before the endpoint of <c>MapIdentityApi</c> runs. The endpoint, with its metadata and whatever
/// filters the host has added, stays as it is.</summary>
internal sealed class RefreshEndpointPolicy : MatcherPolicy, IEndpointSelectorPolicy
{
    private readonly ConditionalWeakTable<Endpoint, Endpoint> _prepared = [];

    public override int Order => int.MaxValue;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => endpoints.Any(IsRefresh);

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        for (var i = 0; i < candidates.Count; i++)
        {
            if (candidates.IsValidCandidate(i) && candidates[i].Endpoint is RouteEndpoint endpoint && IsRefresh(endpoint))
            {
                candidates.ReplaceEndpoint(i, _prepared.GetValue(endpoint, Prepare), candidates[i].Values);
            }
        }

        return Task.CompletedTask;
    }

    private static Endpoint Prepare(Endpoint endpoint)
    {
        var route = (RouteEndpoint)endpoint;
        var next = endpoint.RequestDelegate!;
        var gate = UserKinds.Of(endpoint) is { } user ? typeof(UserGate<>).MakeGenericType(user) : typeof(UserGate);
        return new RouteEndpoint(
            context =>
            {
                var services = context.RequestServices;
                return services.GetRequiredService<RefreshPreparation>().InvokeAsync(context, (UserGate)services.GetRequiredService(gate), next);
            },
            route.RoutePattern,
            route.Order,
            endpoint.Metadata,
            endpoint.DisplayName);
    }

    /// <summary>The endpoint whose body is a refresh request and whose handler is Identity's own.</summary>
    private static bool IsRefresh(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType == typeof(RefreshRequest) && UserKinds.IsOfIdentity(endpoint);
}
