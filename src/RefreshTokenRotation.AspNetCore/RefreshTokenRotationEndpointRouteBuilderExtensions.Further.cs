using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation;
using RefreshTokenRotation.AspNetCore;
using RefreshTokenRotation.AspNetCore.Internal;
using RefreshTokenRotation.AspNetCore.Internal.Descriptions;

namespace Microsoft.AspNetCore.Builder;

public static partial class RefreshTokenRotationEndpointRouteBuilderExtensions
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Maps the revocation endpoint (RFC 7009) to <see cref="RefreshTokenEndpointOptions.RevocationPath"/>.</summary>
    /// <param name="endpoints">The application, or a group of routes.</param>
    /// <returns>What conventions such as <c>RequireRateLimiting</c> and <c>RequireHost</c> are added to.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="endpoints"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The endpoints have not been added.</exception>
    public static IEndpointConventionBuilder MapRevocationEndpoint(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var services = Services(endpoints);
        return MapPost(endpoints, Options(services).RevocationPath, services.GetRequiredService<RevocationEndpoint>().HandleAsync, crossOrigin: true)
            .DescribeRevocation();
    }

    /// <summary>Maps the introspection endpoint (RFC 7662) to <see cref="RefreshTokenEndpointOptions.IntrospectionPath"/>, for clients with
    /// <see cref="OAuthClient.AllowIntrospection"/>.</summary>
    /// <param name="endpoints">The application, or a group of routes.</param>
    /// <returns>What conventions such as <c>RequireRateLimiting</c> and <c>RequireHost</c> are added to.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="endpoints"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The endpoints have not been added.</exception>
    public static IEndpointConventionBuilder MapIntrospectionEndpoint(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var services = Services(endpoints);
        return MapPost(endpoints, Options(services).IntrospectionPath, services.GetRequiredService<IntrospectionEndpoint>().HandleAsync, crossOrigin: false)
            .DescribeIntrospection();
    }

    /// <summary>
    /// Maps the metadata (RFC 8414) to <see cref="RefreshTokenEndpointOptions.MetadataPath"/>, and where the issuer has a path, to that path below it too
    /// (RFC 8414 section 3.1). Where an <see cref="IJsonWebKeySetSource"/> is registered, also <c>/.well-known/openid-configuration</c> (OpenID Connect
    /// Discovery), behind the issuer's path too, and the public keys, at <see cref="RefreshTokenEndpointOptions.JwksPath"/>.
    /// </summary>
    /// <param name="endpoints">The application, or a group of routes.</param>
    /// <returns>What conventions such as <c>RequireHost</c> are added to.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="endpoints"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The endpoints have not been added.</exception>
    public static IEndpointConventionBuilder MapMetadataEndpoints(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var services = Services(endpoints);
        var options = Options(services);
        var documents = services.GetRequiredService<PublicDocument>();
        var issuerPath = services.GetRequiredService<EndpointAddresses>().IssuerPath;

        var group = endpoints.MapGroup(string.Empty);
        group.AllowAnonymous();
        MapMetadata(options.MetadataPath);
        if (issuerPath.Length > 0)
        {
            MapIssuer(options.MetadataPath + issuerPath);
        }

        if (services.GetService<IJsonWebKeySetSource>() is not null)
        {
            MapMetadata(EndpointAddresses.OpenIdPath);
            if (issuerPath.Length > 0)
            {
                MapIssuer(issuerPath + EndpointAddresses.OpenIdPath);
            }

            group.MapMethods(options.JwksPath, Reading, documents.SendKeysAsync).DescribeDocument("The public keys (RFC 7517)");
        }

        return group;

        // A group of routes that the host maps to the issuer's path comes first.
        void MapIssuer(string path) => MapMetadata(path).WithMetadata(new IssuerDocument(path)).WithOrder(1);

        IEndpointConventionBuilder MapMetadata(string path) =>
            group.MapMethods(path, Reading, documents.SendMetadataAsync).DescribeDocument("The server's metadata (RFC 8414)");
    }
}
