using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>The server's own addresses, as its clients see them: the issuer's host, or that of the request where no issuer is named.</summary>
internal sealed class EndpointAddresses
{
    public const string OpenIdPath = "/.well-known/openid-configuration";

    private readonly string? _issuer;
    private readonly string? _origin;
    private readonly string _tokenPath;
    private readonly string[] _paths;

    public EndpointAddresses(IOptions<RefreshTokenEndpointOptions> options, IAccessTokenIssuer? tokens = null)
    {
        var settings = options.Value;
        _tokenPath = settings.TokenPath;
        _paths = [settings.TokenPath, settings.RevocationPath, settings.IntrospectionPath, settings.MetadataPath, settings.JwksPath, OpenIdPath];
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

    /// <summary>Whether the issuer is named, and not taken from the Host header, which is whatever the caller writes.</summary>
    public bool IsIssuerNamed => _issuer is not null;

    /// <summary>The issuer's path, if it has one; a terminating slash is not part of it (RFC 8414 section 3.1).</summary>
    public string IssuerPath { get; } = string.Empty;

    public string Issuer(HttpContext context) => _issuer ?? Of(context, "/");

    public string TokenEndpoint(HttpContext context) => Of(context, _tokenPath);

    /// <summary>The address that the caller used, without the query: what stands in metadata, whatever a path's parameters.</summary>
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

    /// <summary>What the host has mapped the endpoints below (a group of routes, a tenant): what stands before the path of this one.</summary>
    private string? Prefix(HttpContext context)
    {
        var requested = context.Request.Path.Value?.TrimEnd('/'); // The router ignores a slash at the end.
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
