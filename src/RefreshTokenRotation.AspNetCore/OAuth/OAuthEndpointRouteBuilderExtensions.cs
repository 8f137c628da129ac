using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RefreshTokenRotation;
using RefreshTokenRotation.AspNetCore;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the OAuth endpoints. They authenticate the client themselves, and so are exempt from the host's authorization policies.</summary>
public static class OAuthEndpointRouteBuilderExtensions
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Maps every endpoint.</summary>
    /// <param name="endpoints">The application, or a group of routes.</param>
    /// <returns>The builder for conventions of all of them, such as <c>RequireRateLimiting</c> and <c>RequireHost</c>.</returns>
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
    /// <returns>The builder for conventions such as <c>RequireRateLimiting</c> and <c>RequireHost</c>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="endpoints"/> is null.</exception>
    /// <exception cref="InvalidOperationException">No <see cref="IAccessTokenIssuer"/> is registered, or two grants name the same type.</exception>
    public static IEndpointConventionBuilder MapTokenEndpoint(this IEndpointRouteBuilder endpoints)
    {
        var services = Services(endpoints);
        if (services.GetService<IServiceProviderIsService>()?.IsService(typeof(IAccessTokenIssuer)) == false)
        {
            throw new InvalidOperationException(
                "No IAccessTokenIssuer is registered: call UseJwtAccessTokens(...) of RefreshTokenRotation.Jwt, or register your own.");
        }

        return MapPost(endpoints, Options(services).TokenPath, services.GetRequiredService<TokenEndpoint>().HandleAsync, crossOrigin: true)
            .Describe("Issues tokens (RFC 6749)", nameof(IEndpointForms.Token), (200, typeof(TokenDescription)), 400, 401, 503);
    }

    /// <summary>Maps the revocation endpoint (RFC 7009) to <see cref="RefreshTokenEndpointOptions.RevocationPath"/>.</summary>
    /// <param name="endpoints">The application, or a group of routes.</param>
    /// <returns>The builder for conventions such as <c>RequireRateLimiting</c> and <c>RequireHost</c>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="endpoints"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The endpoints have not been added.</exception>
    public static IEndpointConventionBuilder MapRevocationEndpoint(this IEndpointRouteBuilder endpoints)
    {
        var services = Services(endpoints);
        return MapPost(endpoints, Options(services).RevocationPath, services.GetRequiredService<RevocationEndpoint>().HandleAsync, crossOrigin: true)
            .Describe("Revokes a refresh token (RFC 7009)", nameof(IEndpointForms.AboutToken), (200, null), 400, 401, 503);
    }

    /// <summary>Maps the introspection endpoint (RFC 7662) to <see cref="RefreshTokenEndpointOptions.IntrospectionPath"/>, for clients with
    /// <see cref="OAuthClient.AllowIntrospection"/>.</summary>
    /// <param name="endpoints">The application, or a group of routes.</param>
    /// <returns>The builder for conventions such as <c>RequireRateLimiting</c> and <c>RequireHost</c>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="endpoints"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The endpoints have not been added.</exception>
    public static IEndpointConventionBuilder MapIntrospectionEndpoint(this IEndpointRouteBuilder endpoints)
    {
        var services = Services(endpoints);
        return MapPost(endpoints, Options(services).IntrospectionPath, services.GetRequiredService<IntrospectionEndpoint>().HandleAsync, crossOrigin: false)
            .Describe("Says whether a token is active (RFC 7662)", nameof(IEndpointForms.AboutToken), (200, typeof(IntrospectionDescription)), 400, 401, 503);
    }

    /// <summary>
    /// Maps the metadata (RFC 8414) to <see cref="RefreshTokenEndpointOptions.MetadataPath"/>, and if the issuer has a path, to that path below it too
    /// (RFC 8414 section 3.1). Where an <see cref="IJsonWebKeySetSource"/> is registered, also <c>/.well-known/openid-configuration</c> (OpenID Connect
    /// Discovery), behind the issuer's path too, and the public keys, at <see cref="RefreshTokenEndpointOptions.JwksPath"/>.
    /// </summary>
    /// <param name="endpoints">The application, or a group of routes.</param>
    /// <returns>What conventions such as <c>RequireHost</c> are added to.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="endpoints"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The endpoints have not been added.</exception>
    public static IEndpointConventionBuilder MapMetadataEndpoints(this IEndpointRouteBuilder endpoints)
    {
        var services = Services(endpoints);
        var options = Options(services);
        services.GetRequiredService<MappedEndpoints>().MarkMapped();
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

            MapDocument(options.JwksPath, documents.SendKeysAsync, "The public keys (RFC 7517)");
        }

        return group;

        // A group of routes that the host maps to the issuer's path comes first.
        void MapIssuer(string path) => MapMetadata(path).WithMetadata(new IssuerDocument(path)).WithOrder(1);

        IEndpointConventionBuilder MapMetadata(string path) => MapDocument(path, documents.SendMetadataAsync, "The server's metadata (RFC 8414)");

        // Scripts that send headers of their own ask first.
        RouteGroupBuilder MapDocument(string path, RequestDelegate send, string description)
        {
            var document = group.MapGroup(string.Empty);
            document.MapMethods(path, Reading, send).Describe(description, nameof(IEndpointForms.Nothing), (200, typeof(object)), 503);
            document.MapMethods(path, [HttpMethods.Options], PublicDocument.AnswerOptionsAsync).ExcludeFromDescription();
            return document;
        }
    }

    /// <summary>Maps your own endpoint for clients, such as the device authorization endpoint (RFC 8628 section 3.1) or the one for pushed authorization
    /// requests (RFC 9126). It reads bodies, authenticates clients, admits scripts (CORS) and reports errors as the token endpoint does: the handler sees only
    /// requests of known clients for known APIs. No response may be cached. What the handler throws is reported with 503 and logged.</summary>
    /// <param name="endpoints">The application, or a group of routes.</param>
    /// <param name="path">The path, which begins with <c>/</c>.</param>
    /// <param name="handle">Handles a request. <see cref="ClientRequest.Reject"/> makes errors.</param>
    /// <returns>The builder for conventions such as <c>RequireRateLimiting</c> and <c>RequireHost</c>.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="InvalidOperationException">The endpoints have not been added.</exception>
    public static IEndpointConventionBuilder MapClientEndpoint(
        this IEndpointRouteBuilder endpoints, string path, Func<ClientRequest, CancellationToken, ValueTask<IResult>> handle)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(handle);
        return MapPost(endpoints, path, Services(endpoints).GetRequiredService<ClientEndpoint>().Handle(handle), crossOrigin: true);
    }

    internal static IServiceProvider Services(IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        return endpoints.ServiceProvider.GetService<OAuthPipeline>() is not null
            ? endpoints.ServiceProvider
            : throw new InvalidOperationException("The endpoints have not been added: call AddRefreshTokenRotation().AddEndpoints(...).");
    }

    /// <summary>What maps an endpoint for other systems needs the host's names for their users.</summary>
    internal static void RequireResolver(IServiceProvider services)
    {
        if (services.GetService<IServiceProviderIsService>()?.IsService(typeof(ISubjectIdentifierResolver)) == false)
        {
            throw new InvalidOperationException("No ISubjectIdentifierResolver is registered: call UseSubjectIdentifierResolver<T>().");
        }
    }

    internal static RefreshTokenEndpointOptions Options(IServiceProvider services) =>
        services.GetRequiredService<IOptions<RefreshTokenEndpointOptions>>().Value;

    /// <summary>Every method is mapped, so that the others too get an answer that no cache keeps.</summary>
    private static RouteGroupBuilder MapPost(IEndpointRouteBuilder endpoints, string path, Func<OAuthRequest, CancellationToken, ValueTask<OAuthError?>> handle, bool crossOrigin)
    {
        var pipeline = endpoints.ServiceProvider.GetRequiredService<OAuthPipeline>();
        return MapPost(endpoints, path, pipeline.Post(handle, crossOrigin), pipeline.Other(crossOrigin));
    }

    /// <summary>An endpoint for other systems, not for scripts, whose body is one document.</summary>
    internal static RouteGroupBuilder MapDocument(IEndpointRouteBuilder endpoints, string path, Func<HttpContext, string, CancellationToken, ValueTask<OAuthError?>> handle)
    {
        var pipeline = endpoints.ServiceProvider.GetRequiredService<OAuthPipeline>();
        return MapPost(endpoints, path, pipeline.PostDocument(handle), pipeline.Other(crossOrigin: false));
    }

    private static RouteGroupBuilder MapPost(IEndpointRouteBuilder endpoints, string path, RequestDelegate post, RequestDelegate other)
    {
        endpoints.ServiceProvider.GetRequiredService<MappedEndpoints>().Add(path);
        var group = endpoints.MapGroup(string.Empty);
        group.MapMethods(path, [HttpMethods.Post], post);
        group.Map(path, other);
        group.WithMetadata(SecretBodies.Instance).AllowAnonymous();
        return group;
    }
}
