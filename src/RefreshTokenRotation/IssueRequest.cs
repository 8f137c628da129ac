namespace RefreshTokenRotation;

/// <summary>What a log-in granted. Strings are opaque and case-sensitive; their bounds are in <see cref="RequestLimits"/>.</summary>
public sealed class IssueRequest
{
    /// <summary>The user (<c>sub</c>).</summary>
    public required string Subject { get; init; }

    /// <summary>The client that the token is bound to (RFC 6749 section 10.4).</summary>
    public required string ClientId { get; init; }

    /// <summary>The tenant. Default: empty, for hosts without tenants.</summary>
    public string TenantId { get; init; } = string.Empty;

    /// <summary>The granted scope, one scope-token per entry (RFC 6749 section 3.3). Default: none.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>The granted resource servers (RFC 8707 section 2). Default: none.</summary>
    public IReadOnlyList<string> Resources { get; init; } = [];

    /// <summary>The authorization code or log-in of this family, so that a code used twice can revoke what it granted (RFC 6749 section 4.1.2). Default: none.</summary>
    public string? AuthorizationId { get; init; }

    /// <summary>The user's session at the host (<c>sid</c>). Default: none.</summary>
    public string? SessionId { get; init; }

    /// <summary>The thumbprint of the key that the token is bound to (DPoP <c>jkt</c>, RFC 9449 section 5; mTLS <c>x5t#S256</c>, RFC 8705
    /// section 4). Every later use must prove the same key. Default: not bound.</summary>
    public string? SenderKeyThumbprint { get; init; }

    /// <summary>When the user authenticated (<c>auth_time</c>). Default: not known.</summary>
    public DateTimeOffset? AuthenticationTime { get; init; }

    /// <summary>The authentication context class (<c>acr</c>). Default: not known.</summary>
    public string? Acr { get; init; }

    /// <summary>The authentication methods (<c>amr</c>). Default: not known.</summary>
    public IReadOnlyList<string> Amr { get; init; } = [];

    /// <summary>The device that logged in. Default: not known.</summary>
    public DeviceInfo? Device { get; init; }

    /// <summary>The host's own data, carried over every rotation: at most 25 entries, keys of <c>A-Za-z0-9_-</c>. Default: none.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Produces the access token before the family is stored. Default: none is produced.</summary>
    public AccessTokenFactory? CreateAccessToken { get; init; }

    /// <summary>The scope that scoped claims sources come from, such as <c>HttpContext.RequestServices</c>. It is not used if all are singletons.
    /// Default: none, and they get a scope of their own.</summary>
    public IServiceProvider? Services { get; init; }
}
