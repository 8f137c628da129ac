using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RefreshTokenRotation;
using RefreshTokenRotation.AspNetCore;
using RefreshTokenRotation.AspNetCore.Internal;
using RefreshTokenRotation.AspNetCore.Internal.Descriptions;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the OAuth endpoints. They authenticate the client themselves, and so are exempt from the host's authorization policies.</summary>
public static partial class RefreshTokenRotationEndpointRouteBuilderExtensions
{
    /// <summary>Maps every endpoint.</summary>
    /// <param name="endpoints">The application, or a group of routes.</param>
    /// <returns>What conventions such as <c>RequireRateLimiting</c> and <c>RequireHost</c> are added to, for all of them.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="endpoints"/> is null.</exception>
    /// <exception cref="InvalidOperationException">A service is missing; the message says which.</exception>
    public static IEndpointConventionBuilder MapRefreshTokenRotation(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var group = endpoints.MapGroup(string.Empty);
        group.MapTokenEndpoint();
        group.MapRevocationEndpoint();
        group.MapIntrospectionEndpoint();
        group.MapMetadataEndpoints();
        return group;
    }

    /// <summary>Maps the token endpoint (RFC 6749 section 3.2) to <see cref="RefreshTokenEndpointOptions.TokenPath"/>.</summary>
    /// <param name="endpoints">The application, or a group of routes.</param>
    /// <returns>What conventions such as <c>RequireRateLimiting</c> and <c>RequireHost</c> are added to.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="endpoints"/> is null.</exception>
    /// <exception cref="InvalidOperationException">No <see cref="IAccessTokenIssuer"/> is registered, or two grants name the same type.</exception>
    public static IEndpointConventionBuilder MapTokenEndpoint(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var services = Services(endpoints);
        if (services.GetService<IServiceProviderIsService>()?.IsService(typeof(IAccessTokenIssuer)) == false)
        {
            throw new InvalidOperationException(
                "No IAccessTokenIssuer is registered: call UseJwtAccessTokens(...) of RefreshTokenRotation.Jwt, or register one of your own.");
        }

        return MapPost(endpoints, Options(services).TokenPath, services.GetRequiredService<TokenEndpoint>().HandleAsync, crossOrigin: true)
            .DescribeToken();
    }

    private static IServiceProvider Services(IEndpointRouteBuilder endpoints) =>
        endpoints.ServiceProvider.GetService<OAuthPipeline>() is not null
            ? endpoints.ServiceProvider
            : throw new InvalidOperationException("The endpoints have not been added: call AddRefreshTokenRotation().AddEndpoints(...).");

    private static RefreshTokenEndpointOptions Options(IServiceProvider services) =>
        services.GetRequiredService<IOptions<RefreshTokenEndpointOptions>>().Value;

    /// <summary>Every method is mapped, so that the others too get an answer that no cache keeps.</summary>
    private static RouteGroupBuilder MapPost(IEndpointRouteBuilder endpoints, string path, OAuthHandler handle, bool crossOrigin)
    {
        var pipeline = endpoints.ServiceProvider.GetRequiredService<OAuthPipeline>();
        endpoints.ServiceProvider.GetRequiredService<MappedEndpoints>().Add(path);
        var group = endpoints.MapGroup(string.Empty);
        group.MapMethods(path, [HttpMethods.Post], pipeline.Post(handle));
        group.Map(path, pipeline.Other(crossOrigin));
        group.AllowAnonymous();
        return group;
    }
}
