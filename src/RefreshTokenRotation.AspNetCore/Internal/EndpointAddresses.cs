using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>The server's own addresses, as its clients see them: the issuer's host, or that of the request where no issuer is named.</summary>
internal sealed class EndpointAddresses(IOptions<RefreshTokenEndpointOptions> options)
{
    public const string OpenIdPath = "/.well-known/openid-configuration";

    private readonly string? _issuer = options.Value.Issuer;
    private readonly string? _origin = options.Value.Issuer is { } issuer ? new Uri(issuer).GetLeftPart(UriPartial.Authority) : null;
    private readonly string _tokenPath = options.Value.TokenPath;
    private readonly string[] _paths =
    [
        options.Value.TokenPath, options.Value.RevocationPath, options.Value.IntrospectionPath, options.Value.MetadataPath, options.Value.JwksPath, OpenIdPath,
    ];

    /// <summary>The issuer's path, if it has one; a terminating slash is not part of it (RFC 8414 section 3.1).</summary>
    public string IssuerPath { get; } = options.Value.Issuer is { } issuer ? new Uri(issuer).AbsolutePath.TrimEnd('/') : string.Empty;

    public string Issuer(HttpContext context) => _issuer ?? Of(context, "/");

    public string TokenEndpoint(HttpContext context) => Of(context, _tokenPath);

    /// <summary>The address of one of the endpoints.</summary>
    /// <param name="context">The request.</param>
    /// <param name="path">The endpoint's path.</param>
    public string Of(HttpContext context, string path)
    {
        var request = context.Request;
        var origin = _origin ?? $"{request.Scheme}://{request.Host.ToUriComponent()}";
        return origin + request.PathBase.ToUriComponent() + new PathString(Prefix(request.Path.Value)).ToUriComponent() + path;
    }

    /// <summary>What the host has mapped the endpoints below (a group of routes, a tenant): what stands before the path of this one.</summary>
    private string? Prefix(string? requested)
    {
        foreach (var path in _paths)
        {
            if (requested is not null && requested.EndsWith(path, StringComparison.OrdinalIgnoreCase))
            {
                return requested[..^path.Length];
            }
        }

        return null;
    }
}
