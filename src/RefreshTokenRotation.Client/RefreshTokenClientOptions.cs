using System.Security.Cryptography;

namespace RefreshTokenRotation.Client;

/// <summary>A client at one authorization server.</summary>
public sealed class RefreshTokenClientOptions
{
    /// <summary>The issuer, whose metadata names the endpoints (RFC 8414; OpenID Connect Discovery).</summary>
    /// <value>Default: null. This or <see cref="TokenEndpoint"/> is required. An https address, or http on the loopback.</value>
    public Uri? Authority { get; set; }

    /// <summary>The token endpoint; with it nothing is discovered.</summary>
    /// <value>Default: null, which means the metadata's.</value>
    public Uri? TokenEndpoint { get; set; }

    /// <summary>The revocation endpoint (RFC 7009), which a sign-out calls.</summary>
    /// <value>Default: null, which means the metadata's, if <see cref="Authority"/> is set and its metadata names one.</value>
    public Uri? RevocationEndpoint { get; set; }

    /// <summary>The client's id.</summary>
    /// <value>Required.</value>
    public string ClientId { get; set; } = string.Empty;

    /// <summary>The secret of a confidential client.</summary>
    /// <value>Default: null. Excludes <see cref="AssertionKey"/>.</value>
    public string? ClientSecret { get; set; }

    /// <summary>Sends <see cref="ClientSecret"/> in the body instead of the header (RFC 6749, section 2.3.1).</summary>
    /// <value>Default: false, which means HTTP Basic.</value>
    public bool SendSecretInBody { get; set; }

    /// <summary>The key of a client that authenticates by <c>private_key_jwt</c> (RFC 7523; OpenID Connect Core, section 9).</summary>
    /// <value>Default: null. Excludes <see cref="ClientSecret"/>.</value>
    public ClientAssertionKey? AssertionKey { get; set; }

    /// <summary>Binds sessions to a key per log-in (DPoP, RFC 9449), which is stored with the session.</summary>
    /// <value>Default: false.</value>
    public bool UseDPoP { get; set; }

    /// <summary>How long the server accepts the previous refresh token after a rotation, if its responses don't say. Lost responses are retried within this time.</summary>
    /// <remarks>No standard lets a server state it. The member <c>refresh_token_leeway</c> of a token response, in seconds, overrides this option;
    /// RefreshTokenRotation.AspNetCore sends it if <c>StateLeeway</c> is on.</remarks>
    /// <value>Default: 10 seconds; 0 to 10 minutes. Set 0 for a server without leeway: then a lost response is retried once.</value>
    public TimeSpan Leeway { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one request to the server may take.</summary>
    /// <value>Default: 10 seconds, but at most half of <see cref="Leeway"/>, so that a retry still falls within it; 100 milliseconds to 2 minutes.</value>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long before its end an access token is refreshed. Meanwhile, requests still use it.</summary>
    /// <value>Default: 1 minute, but at most half of the token's lifetime; 0 to 1 hour.</value>
    public TimeSpan RefreshAhead { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The lifetime of access tokens for which the server names none (<c>expires_in</c>, RFC 6749, section 5.1).</summary>
    /// <value>Default: 5 minutes; 1 second to 1 day.</value>
    public TimeSpan DefaultLifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Your callback for an interactive log-in. Runs when a session has ended, or when a token is needed and nobody is signed in.</summary>
    /// <remarks>
    /// It runs once for all waiting callers, under the session's lock, so that several processes don't each open a browser; others wait a minute at most. Call
    /// <see cref="SessionEndedContext.RedeemAsync"/> or <see cref="SessionEndedContext.SignIn"/> in it, not the members of <see cref="RefreshTokenClient"/>.
    /// An exception is logged and counts as no log-in.
    /// </remarks>
    /// <value>Default: null.</value>
    public Func<SessionEndedContext, CancellationToken, ValueTask>? OnSessionEnded { get; set; }

    /// <summary>Starts an exchange away from its caller. The seam for simulation.</summary>
    internal Func<Func<Task<TokenResult>>, Task<TokenResult>> StartFlight { get; set; } = static flight => Task.Run(flight);

    /// <summary>A number from 0 to 999, for the jitter of pauses. The seam for simulation.</summary>
    internal Func<int> Jitter { get; set; } = static () => RandomNumberGenerator.GetInt32(1000);
}
