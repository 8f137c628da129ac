namespace RefreshTokenRotation.AspNetCore;

/// <summary>A parsed request at the token endpoint. Its client is authenticated and may use this grant type.</summary>
public sealed class GrantTypeContext
{
    internal GrantTypeContext(OAuthRequest request) =>
        (HttpContext, Client, TenantId, Parameters) = (request.Context, request.Client, request.TenantId, request.Parameters);

    /// <summary>The request. Its body has been read.</summary>
    public HttpContext HttpContext { get; }

    /// <summary>The client.</summary>
    public OAuthClient Client { get; }

    /// <summary>The tenant; empty for hosts without tenants.</summary>
    public string TenantId { get; }

    /// <summary>The parameters of the body.</summary>
    public OAuthParameters Parameters { get; }

    /// <summary>The requested scope, one scope-token per entry; empty if the request named none.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>The requested resource servers (<c>resource</c>, <c>audience</c>); the client's default if the request named none.</summary>
    public IReadOnlyList<string> Resources { get; init; } = [];

    /// <summary>The thumbprint of the key that the caller proved; null if it proved none. If a code was bound to a key when it was requested
    /// (<c>dpop_jkt</c>, RFC 9449 section 10), the handler compares the two.</summary>
    public string? SenderKeyThumbprint { get; init; }

    /// <summary>What that key is.</summary>
    public SenderKeyKind SenderKeyKind { get; init; }
}
