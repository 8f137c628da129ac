namespace RefreshTokenRotation.AspNetCore;

/// <summary>Which DPoP proofs are accepted (RFC 9449), at the token endpoint and at protected APIs. Validated when the host starts.</summary>
public sealed class DPoPOptions
{
    /// <summary>The algorithms that proofs may be signed with (<c>alg</c>).</summary>
    /// <value>Default: ES256, RS256 and PS256. At least one of them, and no other.</value>
    public IList<string> SigningAlgorithms { get; } = ["ES256", "RS256", "PS256"];

    /// <summary>How old a proof may be by its <c>iat</c>. It allows for clock drift and network delay.</summary>
    /// <value>Default: 1 minute. From 1 second to 10 minutes.</value>
    public TimeSpan ProofWindow { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How far ahead of this server's clock <c>iat</c> and <c>nbf</c> may be. A proof is remembered that much longer.</summary>
    /// <value>Default: 10 seconds. From 0 to <see cref="ProofWindow"/>.</value>
    public TimeSpan FutureTolerance { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether a proof must contain a nonce of this server (RFC 9449 sections 8 and 9), so that none can be made in advance. The nonce's
    /// age then counts and <c>iat</c> does not: a client's clock may be wrong.</summary>
    /// <value>Default: no.</value>
    public bool RequireNonce { get; set; }

    /// <summary>How long a nonce is valid. After half of that, responses carry the next one.</summary>
    /// <value>Default: 5 minutes. From 10 seconds to 1 hour.</value>
    public TimeSpan NonceLifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The key that nonces are made with. Load-balanced nodes need the same one.</summary>
    /// <value>Default: empty, a random key of this process. At least 32 bytes.</value>
    public ReadOnlyMemory<byte> NonceKey { get; set; }

    /// <summary>Scheme, host and port by which clients call the protected APIs of this process, such as <c>https://api.example</c>. The token
    /// endpoint uses the issuer instead.</summary>
    /// <value>Default: those of the request, which is right only if the host checks the Host header.</value>
    public string? ResourceOrigin { get; set; }

    /// <summary>Where the metadata of the protected API is (RFC 9728). Every challenge of the <see cref="AccessTokenVerifier"/> names the address
    /// as <c>resource_metadata</c>.</summary>
    /// <value>Default: null, challenges name none. An absolute address.</value>
    public Uri? ResourceMetadata { get; set; }
}
