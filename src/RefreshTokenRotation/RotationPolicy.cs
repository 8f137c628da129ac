namespace RefreshTokenRotation;

/// <summary>How the refresh tokens of a client behave. The terms are those of Auth0's client settings.</summary>
/// <remarks>Derive one from another with <c>with</c>; properties have setters so that every configuration binder can fill them. Bounds are checked at startup and
/// at every change, and each message names both values. Each preset is a new instance, so binding configuration to it changes no other.</remarks>
public sealed record RotationPolicy
{
    /// <summary>For every client that can hold on to its newest token: rotation, no leeway (RFC 9700 section 4.14.2). A session ends
    /// after 15 days without use, and after 30 days at the latest, as with every preset.</summary>
    public static RotationPolicy Strict => new() { IdleLifetime = TimeSpan.FromDays(15) };

    /// <summary>For browser apps: as <see cref="Strict"/>, with a leeway of 10 s for tabs and retries.</summary>
    public static RotationPolicy Spa => Strict with { Leeway = TimeSpan.FromSeconds(10) };

    /// <summary>For phones: as <see cref="Spa"/>, and a response that was lost can be recovered once within a day.</summary>
    public static RotationPolicy Mobile => Spa with { RecoveryWindow = TimeSpan.FromDays(1) };

    /// <summary>For FAPI 2.0 clients, which are sender-constrained: no rotation (FAPI 2.0 Security Profile 5.3.2.1).</summary>
    public static RotationPolicy Fapi => Strict with { RotationType = RotationType.NonRotating };

    /// <summary>For FAPI 2.0 clients that must rotate: a retry with the old token works for 60 s (FAPI 2.0 Security Profile 5.3.2.1).</summary>
    public static RotationPolicy FapiRotating => Strict with { Leeway = TimeSpan.FromSeconds(60) };

    /// <summary>For agents and command-line tools whose processes share one stored token and cache it: each token of the last hour, up to 32 generations back, gets
    /// the current one; at most 20 active families per user and client. The page on agents says what that costs, and what to do instead.</summary>
    /// <remarks>The token store must keep trails (<see cref="Storage.ITokenStore.KeepsTrail"/>).</remarks>
    public static RotationPolicy Agents => Strict with { Leeway = TimeSpan.FromHours(1), LeewayGenerations = 32, ActiveCap = 20 };

    /// <summary>Whether an exchange replaces the token.</summary>
    /// <value>Default: <see cref="RotationType.Rotating"/>, which requires a policy that <see cref="Expires"/> unless the host allows otherwise.</value>
    public RotationType RotationType { get; set; } = RotationType.Rotating;

    /// <summary>Whether tokens expire.</summary>
    /// <value>Default: <see cref="ExpirationType.Expiring"/>.</value>
    public ExpirationType ExpirationType { get; set; } = ExpirationType.Expiring;

    /// <summary>The longest life of a family, counted from its log-in; rotation does not extend it (<c>token_lifetime</c>).</summary>
    /// <value>Default: 30 days. From 1 s to <see cref="RefreshTokenRotationOptions.MaximumLifetime"/>.</value>
    public TimeSpan AbsoluteLifetime { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long a token may stay unused; every exchange that writes renews it (<c>idle_token_lifetime</c>).</summary>
    /// <remarks>Each write sets the idle expiry by the policy of that moment; a change reaches a token at its next exchange. Revoke what must end sooner.</remarks>
    /// <value>Default: null, no idle lifetime. From 1 s to the absolute lifetime; longer than the leeway.</value>
    public TimeSpan? IdleLifetime { get; set; }

    /// <summary>No absolute lifetime, whatever <see cref="AbsoluteLifetime"/> says (<c>infinite_token_lifetime</c>).</summary>
    /// <value>Default: false.</value>
    public bool InfiniteAbsoluteLifetime { get; set; }

    /// <summary>No idle lifetime, whatever <see cref="IdleLifetime"/> says (<c>infinite_idle_token_lifetime</c>).</summary>
    /// <value>Default: false.</value>
    public bool InfiniteIdleLifetime { get; set; }

    /// <summary>How long after a rotation the previous token may come back; it gets the same successor (<c>leeway</c>).</summary>
    /// <value>Default: zero, off. Shorter than the idle and the absolute lifetime.</value>
    public TimeSpan Leeway { get; set; }

    /// <summary>How many generations back leeway reaches (<c>leeway_generations</c>): each of these tokens gets the current token until its own
    /// <see cref="Leeway"/> is over, counted from its replacement. For processes that share one stored token. A thief who refreshes at least once per leeway
    /// looks like one more of them, for as long as the family lives.</summary>
    /// <value>Default: 1, the previous token alone. From 1 to 32; above 1 it needs a leeway, a token store that keeps trails
    /// (<see cref="Storage.ITokenStore.KeepsTrail"/>) and the reuse response <see cref="ReuseResponse.Family"/>.</value>
    public int LeewayGenerations { get; set; } = 1;

    /// <summary>How long after a rotation a lost response can be recovered, once: the previous token displaces the lost one.</summary>
    /// <value>Default: zero, off; a day for families bound to a key, if leeway is on. Needs leeway, and is longer than it.</value>
    public TimeSpan RecoveryWindow { get; set; }

    /// <summary>Reuse is rejected, counted and reported, but nothing is revoked. Use it to try out detection.</summary>
    /// <value>Default: false.</value>
    public bool ShadowMode { get; set; }

    /// <summary>How many active families one user may have at one client; a further log-in evicts the oldest.</summary>
    /// <value>Default: 200. From 1 to 1,000,000.</value>
    public int ActiveCap { get; set; } = 200;

    /// <summary>What a detected reuse revokes.</summary>
    /// <value>Default: <see cref="ReuseResponse.Family"/>.</value>
    public ReuseResponse ReuseResponse { get; set; } = ReuseResponse.Family;

    /// <summary>Resource servers that a refresh token may get access tokens for beyond its grant (<c>policies</c>). If there are any,
    /// scope that is not allowed is left out instead of rejected. Granted OpenID Connect scope (<c>openid</c>, <c>profile</c>,
    /// <c>email</c>, <c>address</c>, <c>phone</c>, <c>offline_access</c>) is allowed at each of them.</summary>
    /// <value>Default: none. At most 100, each resource once.</value>
    public IReadOnlyList<ResourceScopes> MultiResource { get; set; } = [];

    internal bool HasAbsoluteLifetime => ExpirationType == ExpirationType.Expiring && !InfiniteAbsoluteLifetime;

    internal bool HasIdleLifetime => ExpirationType == ExpirationType.Expiring && !InfiniteIdleLifetime && IdleLifetime is not null;

    /// <summary>Whether tokens under this policy end at some time: it is <see cref="ExpirationType.Expiring"/> and has an absolute or an idle lifetime. A
    /// policy with both infinite flags, or with an infinite absolute and no idle lifetime, does not.</summary>
    public bool Expires => HasAbsoluteLifetime || HasIdleLifetime;
}
