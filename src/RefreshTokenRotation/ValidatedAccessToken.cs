namespace RefreshTokenRotation;

/// <summary>What a valid access token says: the members of an introspection response (RFC 7662 section 2.2), and the family that it came with.</summary>
public sealed class ValidatedAccessToken
{
    /// <summary>The user (<c>sub</c>).</summary>
    public required string Subject { get; init; }

    /// <summary>The client (<c>client_id</c>).</summary>
    public required string ClientId { get; init; }

    /// <summary>The tenant. Default: empty.</summary>
    public string TenantId { get; init; } = string.Empty;

    /// <summary>The scope. Default: none.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>The resource servers (<c>aud</c>). Default: none.</summary>
    public IReadOnlyList<string> Resources { get; init; } = [];

    /// <summary>The issuer (<c>iss</c>). Default: unknown.</summary>
    public string? Issuer { get; init; }

    /// <summary>The token's own id (<c>jti</c>), which is not secret. Default: none.</summary>
    public string? TokenId { get; init; }

    /// <summary>When it was issued (<c>iat</c>). Default: not known.</summary>
    public DateTimeOffset? IssuedAt { get; init; }

    /// <summary>When it ends (<c>exp</c>).</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>How it is presented (<c>token_type</c>). Default: <c>Bearer</c>.</summary>
    public string TokenType { get; init; } = "Bearer";

    /// <summary>The user's session at the host (<c>sid</c>). Default: none.</summary>
    public string? SessionId { get; init; }

    /// <summary>When the user authenticated (<c>auth_time</c>). Default: not known.</summary>
    public DateTimeOffset? AuthenticationTime { get; init; }

    /// <summary>The authentication context class (<c>acr</c>). Default: not known.</summary>
    public string? Acr { get; init; }

    /// <summary>The authentication methods (<c>amr</c>). Default: not known.</summary>
    public IReadOnlyList<string> Amr { get; init; } = [];

    /// <summary>The key that the token is bound to (<c>cnf</c>). Default: not bound.</summary>
    public string? SenderKeyThumbprint { get; init; }

    /// <summary>The family that the token came with, which a deny list looks up. Default: it came with none.</summary>
    public Guid? FamilyId { get; init; }

    /// <summary>The generation of the family that the token came with. Default: it came with none.</summary>
    public long? Generation { get; init; }
}
