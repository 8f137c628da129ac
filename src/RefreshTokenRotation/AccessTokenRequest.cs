namespace RefreshTokenRotation;

/// <summary>What an <see cref="IAccessTokenIssuer"/> makes a token from. It holds no secret.</summary>
public sealed class AccessTokenRequest
{
    /// <summary>The user (<c>sub</c>).</summary>
    public required string Subject { get; init; }

    /// <summary>The client (<c>client_id</c>).</summary>
    public required string ClientId { get; init; }

    /// <summary>The tenant. Default: empty, for hosts without tenants.</summary>
    public string TenantId { get; init; } = string.Empty;

    /// <summary>The scope of this token. Default: none.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>The resource servers of this token (<c>aud</c>). Default: none.</summary>
    public IReadOnlyList<string> Resources { get; init; } = [];

    /// <summary>The lifetime of the token. Default: the issuer's.</summary>
    public TimeSpan? Lifetime { get; init; }

    /// <summary>The user's session at the host (<c>sid</c>). Default: none.</summary>
    public string? SessionId { get; init; }

    /// <summary>When the user authenticated (<c>auth_time</c>; RFC 9068 section 2.2.1). Default: not known.</summary>
    public DateTimeOffset? AuthenticationTime { get; init; }

    /// <summary>The authentication context class (<c>acr</c>). Default: not known.</summary>
    public string? Acr { get; init; }

    /// <summary>The authentication methods (<c>amr</c>). Default: not known.</summary>
    public IReadOnlyList<string> Amr { get; init; } = [];

    /// <summary>The nonce of the authorization request, for the first ID token only (OpenID Connect Core section 12.2). Default: none.</summary>
    public string? Nonce { get; init; }

    /// <summary>The key that the token is bound to (<c>cnf</c>; RFC 9449 section 6, RFC 8705 section 3). Default: not bound.</summary>
    public string? SenderKeyThumbprint { get; init; }

    /// <summary>What <see cref="SenderKeyThumbprint"/> is the thumbprint of. Default: a DPoP key.</summary>
    public SenderKeyKind SenderKeyKind { get; init; }

    /// <summary>How the token is presented (<c>token_type</c>): <c>DPoP</c> if it is bound to a DPoP key, else <c>Bearer</c>.</summary>
    public string TokenType => SenderKeyThumbprint is not null && SenderKeyKind == SenderKeyKind.DPoP ? "DPoP" : "Bearer";

    /// <summary>The family whose refresh token goes out with this token, as it is before the write; null if none does.</summary>
    public TokenFamilyInfo? Family { get; init; }

    /// <summary>The generation of that refresh token. Together with the family's id, it is the argument of <see cref="ITokenFamilyManager.ConfirmUseAsync"/>.</summary>
    public long? Generation { get; init; }

    /// <summary>What the exchange is about to do; null when a family is started, and if there is none.</summary>
    public ExchangeOutcome? Outcome { get; init; }

    /// <summary>The scope that scoped claims sources come from. Default: none; each call then creates a scope.</summary>
    public IServiceProvider? Services { get; init; }

    /// <summary>The request that belongs to an exchange, or to the start of a family.</summary>
    /// <param name="context">What the engine gave to its <see cref="AccessTokenFactory"/>.</param>
    /// <param name="senderKeyThumbprint">The key that the caller proved. Default: none.</param>
    /// <param name="lifetime">The lifetime of the token. Default: the issuer's.</param>
    /// <param name="nonce">The nonce of the authorization request, when a family is started. Default: none.</param>
    /// <param name="senderKeyKind">What that key is. Default: a DPoP key.</param>
    /// <param name="scopes">The scope of the token, if the host narrows it further. Default: the context's.</param>
    /// <param name="resources">Its resource servers, if the host narrows them further. Default: the context's.</param>
    /// <exception cref="ArgumentNullException"><paramref name="context"/> is null.</exception>
    public static AccessTokenRequest For(
        AccessTokenContext context, string? senderKeyThumbprint = null, TimeSpan? lifetime = null, string? nonce = null,
        SenderKeyKind senderKeyKind = SenderKeyKind.DPoP, IReadOnlyList<string>? scopes = null, IReadOnlyList<string>? resources = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        var family = context.Family;
        return new AccessTokenRequest
        {
            Subject = family.Subject,
            ClientId = family.ClientId,
            TenantId = family.TenantId,
            Scopes = scopes ?? context.Scopes,
            Resources = resources ?? context.Resources,
            Lifetime = lifetime,
            SessionId = family.SessionId,
            AuthenticationTime = family.AuthenticationTime,
            Acr = family.Acr,
            Amr = family.Amr,
            Nonce = nonce,
            SenderKeyThumbprint = senderKeyThumbprint,
            SenderKeyKind = senderKeyKind,
            Family = family,
            Generation = context.Generation,
            Outcome = context.Outcome,
            Services = context.Services,
        };
    }
}
