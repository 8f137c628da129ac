namespace RefreshTokenRotation;

/// <summary>A presented refresh token, and who presents it. The host must already have authenticated the client.</summary>
public sealed class ExchangeRequest
{
    /// <summary>The presented token. A malformed one is rejected as unknown, without a store call, unless an
    /// <see cref="ILegacyTokenSource"/> knows it.</summary>
    public required RefreshToken RefreshToken { get; init; }

    /// <summary>The authenticated client.</summary>
    public required string ClientId { get; init; }

    /// <summary>The tenant. Default: empty, for hosts without tenants.</summary>
    public string TenantId { get; init; } = string.Empty;

    /// <summary>The requested scope, for this access token only: the family keeps its grant (RFC 6749 section 6). Default, or if empty: all that was granted.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>The requested resource servers, of those granted or allowed by the policy (RFC 8707 section 2.2). Default, or if empty: those granted.</summary>
    public IReadOnlyList<string>? Resources { get; init; }

    /// <summary>The thumbprint of the key that the caller proved (DPoP or mTLS). Default: none was proved.</summary>
    public string? SenderKeyThumbprint { get; init; }

    /// <summary>The device that presents the token. Default: not known; the family keeps what it had.</summary>
    public DeviceInfo? Device { get; init; }

    /// <summary>
    /// Produces the access token before the exchange is committed, so that a signer that fails consumes nothing. May run again after
    /// a conflict; the abandoned result is discarded. An <see cref="ExchangeRefusedException"/> rejects the exchange. Default: none is produced.
    /// </summary>
    public AccessTokenFactory? CreateAccessToken { get; init; }

    /// <summary>The scope of scoped hooks and claims sources, such as <c>HttpContext.RequestServices</c>; unused if all are singletons. Default: one per call.</summary>
    public IServiceProvider? Services { get; init; }
}
