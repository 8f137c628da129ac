namespace RefreshTokenRotation.AspNetCore;

/// <summary>A request at your own endpoint (<c>MapClientEndpoint</c>): its body is parsed and its client authenticated, as at the token endpoint.</summary>
public sealed class ClientRequest
{
    internal ClientRequest(OAuthRequest request, IReadOnlyList<string> scopes, IReadOnlyList<string> resources)
    {
        (HttpContext, Client, TenantId, Parameters) = (request.Context, request.Client, request.TenantId, request.Parameters);
        (Scopes, Resources) = (scopes, resources);
    }

    /// <summary>The request. Its body has been read.</summary>
    public HttpContext HttpContext { get; }

    /// <summary>The client. A public one has only named itself.</summary>
    public OAuthClient Client { get; }

    /// <summary>The tenant; empty for hosts without tenants.</summary>
    public string TenantId { get; }

    /// <summary>The parameters of the body.</summary>
    public OAuthParameters Parameters { get; }

    /// <summary>The requested scope, one scope-token per entry; empty if the request named none.</summary>
    public IReadOnlyList<string> Scopes { get; }

    /// <summary>The requested resource servers (<c>resource</c>, <c>audience</c>), as they are registered; the client's default if the request named none.</summary>
    public IReadOnlyList<string> Resources { get; }

    /// <summary>An error in the form of the token endpoint (RFC 6749 section 5.2).</summary>
    /// <param name="error">The error code, such as <c>unauthorized_client</c>. Characters other than printable ASCII, <c>"</c> and <c>\</c> become <c>?</c>, here and in the description.</param>
    /// <param name="description">A text for developers. Default: none.</param>
    /// <param name="statusCode">The status. Default: 400.</param>
    /// <returns>What the endpoint returns.</returns>
    /// <exception cref="ArgumentException"><paramref name="error"/> is empty.</exception>
    public static IResult Reject(string error, string? description = null, int statusCode = StatusCodes.Status400BadRequest)
    {
        ArgumentException.ThrowIfNullOrEmpty(error);
        return new OAuthError(statusCode, error, description);
    }
}
