namespace RefreshTokenRotation.AspNetCore;

/// <summary>How a resource server rejects access tokens of ended families and confirms the use of active ones. Validated when the host starts.</summary>
public sealed class ResourceServerOptions
{
    /// <summary>How long a node may reuse a result of the source, and so how long after a family's end it may still accept a token. Zero looks
    /// the family up at every request.</summary>
    /// <value>Default: 10 seconds. From 0 to 1 hour.</value>
    public TimeSpan CacheTime { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How many results, and how many confirmed uses, a node remembers; the least recently used ones are forgotten.
    /// One takes about 300 bytes.</summary>
    /// <value>Default: 100,000. From 100 to 10,000,000.</value>
    public int CacheEntries { get; set; } = 100_000;

    /// <summary>How long the source, or the confirmation of a use, may take. Until the first question of the process has ended, the source may take 10 seconds,
    /// because a cold process is slow.</summary>
    /// <value>Default: 2 seconds. From 10 milliseconds to 1 minute.</value>
    public TimeSpan SourceTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Whether requests pass while the source fails. If they do, an attacker who makes it fail can use a stolen token until it expires; if not,
    /// an outage of the source is an outage of this API.</summary>
    /// <value>Default: no, they get 503 and <c>Retry-After</c>.</value>
    public bool AllowWhenUnavailable { get; set; }

    /// <summary>What <c>Retry-After</c> says while the source fails, and how long a confirmation that failed waits for the next request to try again.</summary>
    /// <value>Default: 1 second. From 1 second to 1 hour, whole seconds.</value>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Where the metadata of this API is (RFC 9728). Challenges name the address as <c>resource_metadata</c>.</summary>
    /// <value>Default: null, challenges name none. An absolute http or https address without fragment.</value>
    public Uri? ResourceMetadata { get; set; }

    /// <summary>Whether an authenticated request whose token names no family is rejected.</summary>
    /// <value>Default: no. Tokens that came without a refresh token, and those of other issuers, name none.</value>
    public bool RefuseTokensWithoutFamily { get; set; }

    /// <summary>The claim that names the family.</summary>
    /// <value>Default: <c>rtr_fid</c>, as the access tokens of RefreshTokenRotation.Jwt have it.</value>
    public string FamilyClaim { get; set; } = "rtr_fid";

    /// <summary>The claim that names the generation.</summary>
    /// <value>Default: <c>rtr_gen</c>, as the access tokens of RefreshTokenRotation.Jwt have it.</value>
    public string GenerationClaim { get; set; } = "rtr_gen";

    /// <summary>Finds the access token of a request, for sources that send it on. It must be the token that was authenticated: if
    /// authentication also reads tokens from elsewhere, so must this.</summary>
    /// <value>Default: what follows <c>Bearer</c> or <c>DPoP</c> in the Authorization header.</value>
    public Func<HttpContext, string?> ResolveAccessToken { get; set; } = AuthorizationHeader.Token;
}
