using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>The server's addresses as clients see them: on the issuer's host, or on the request's host if no issuer is set.</summary>
internal sealed class EndpointAddresses
{
    public const string OpenIdPath = "/.well-known/openid-configuration";

    private readonly string? _issuer;
    private readonly string? _origin;
    private readonly string[] _paths;

    public EndpointAddresses(IOptions<RefreshTokenEndpointOptions> options, IAccessTokenIssuer? tokens = null)
    {
        var settings = options.Value;
        _paths = [settings.TokenPath, settings.RevocationPath, settings.IntrospectionPath, settings.GlobalRevocationPath, settings.MetadataPath, settings.JwksPath, OpenIdPath];
        _issuer = settings.Issuer ?? tokens?.Issuer;
        if (_issuer is null)
        {
            return;
        }

        if (tokens?.Issuer is { } named && (named != _issuer || !EndpointOptionsValidator.IsIssuer(named)))
        {
            throw new InvalidOperationException(
                $"The Issuer of the endpoints ('{_issuer}') and that of the access tokens ('{named}') must be one absolute http or https address, the same "
                + "in every character: clients compare them.");
        }

        var address = new Uri(_issuer);
        _origin = address.GetLeftPart(UriPartial.Authority);
        IssuerPath = address.AbsolutePath.TrimEnd('/');
    }

    /// <summary>Whether an issuer is set. Otherwise it comes from the Host header, which the caller controls.</summary>
    public bool IsIssuerNamed => _issuer is not null;

    /// <summary>The issuer's path, without a trailing slash (RFC 8414 section 3.1); empty if it has none.</summary>
    public string IssuerPath { get; } = string.Empty;

    public string Issuer(HttpContext context) => _issuer ?? Of(context, "/");

    /// <summary>The address of the request as the client sees it, without the query. For a route without parameters it is the address in the metadata.</summary>
    public string Requested(HttpContext context) =>
        Origin(context) + context.Request.PathBase.ToUriComponent() + context.Request.Path.ToUriComponent();

    /// <summary>The address of one of the endpoints.</summary>
    /// <param name="context">The request.</param>
    /// <param name="path">The endpoint's path.</param>
    public string Of(HttpContext context, string path)
    {
        var request = context.Request;
        return Origin(context) + request.PathBase.ToUriComponent() + new PathString(Prefix(context)).ToUriComponent() + path;
    }

    private string Origin(HttpContext context) => _origin ?? $"{context.Request.Scheme}://{context.Request.Host.ToUriComponent()}";

    /// <summary>The prefix under which the host mapped the endpoints (a route group, a tenant): the part of the request's path before this endpoint's own.</summary>
    private string? Prefix(HttpContext context)
    {
        var requested = context.Request.Path.Value?.TrimEnd('/'); // the router ignores a trailing slash
        foreach (var path in context.GetEndpoint()?.Metadata.GetMetadata<IssuerDocument>() is { } document ? [document.Path] : _paths)
        {
            if (requested is not null && requested.EndsWith(path, StringComparison.OrdinalIgnoreCase))
            {
                return requested[..^path.Length];
            }
        }

        return null;
    }
}
