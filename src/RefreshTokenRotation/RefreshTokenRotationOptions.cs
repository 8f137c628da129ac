namespace RefreshTokenRotation;

/// <summary>The library's settings. They are validated when the host starts; a later change that is invalid is logged and not applied.</summary>
public sealed class RefreshTokenRotationOptions
{
    /// <summary>Token prefix, so that secret scanners find leaked tokens.</summary>
    /// <value>Default: <c>rtr_</c>. 1 to 32 characters of <c>A-Za-z0-9_.~-</c>.</value>
    public string TokenPrefix { get; set; } = "rtr_";

    /// <summary>Earlier prefixes that are still accepted.</summary>
    /// <value>Default: none. At most 8, each by the rules of <see cref="TokenPrefix"/>.</value>
    public IList<string> FormerTokenPrefixes { get; } = [];

    /// <summary>The policy of every client that has no other.</summary>
    /// <value>Default: <see cref="RotationPolicy.Strict"/>.</value>
    public RotationPolicy DefaultPolicy { get; set; } = RotationPolicy.Strict;

    /// <summary>Policies by client id.</summary>
    /// <value>Default: none.</value>
    public IDictionary<string, RotationPolicy> ClientPolicies { get; } = new Dictionary<string, RotationPolicy>(StringComparer.Ordinal);

    /// <summary>Policies by a family's resource server, compared as an address (RFC 3986 sections 6.2.2.1 and 6.2.3). A client's own policy takes precedence.</summary>
    /// <value>Default: none.</value>
    public IDictionary<string, RotationPolicy> ResourcePolicies { get; } = new Dictionary<string, RotationPolicy>(ResourceComparer.Instance);

    /// <summary>Policies of one client for one resource server. They take precedence over all others.</summary>
    /// <value>Default: none.</value>
    /// <remarks>A field, because configuration binders read properties, and warn about keys that are not strings.
    /// <c>AddRefreshTokenRotation(configuration)</c> reads it.</remarks>
#pragma warning disable CA1051 // no property, as the remark says
    public readonly IDictionary<(string ClientId, string Resource), RotationPolicy> ClientResourcePolicies =
        new Dictionary<(string ClientId, string Resource), RotationPolicy>(ResourceComparer.Instance);
#pragma warning restore CA1051

    /// <summary>The longest absolute and idle lifetime that a policy may set.</summary>
    /// <value>Default: 90 days. From 1 s to 3,650 days.</value>
    public TimeSpan MaximumLifetime { get; set; } = TimeSpan.FromDays(90);

    /// <summary>The longest leeway that a policy may set. A thief can use a leaked token unnoticed for as long as the leeway lasts.</summary>
    /// <value>Default: 1 hour. From zero, no leeway at all, to 3,650 days.</value>
    public TimeSpan MaximumLeeway { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Whether a policy may rotate tokens that never expire (<see cref="RotationPolicy.Expires"/>).</summary>
    /// <value>Default: false.</value>
    public bool AllowRotatingNonExpiring { get; set; }

    /// <summary>How many events may wait for one handler, in each of two queues: one for events that report a change, and one for
    /// events that change nothing. Events that don't fit are dropped and counted.</summary>
    /// <value>Default: 10,000. From 1 to 1,000,000.</value>
    public int EventQueueCapacity { get; set; } = 10_000;

    /// <summary>How long shutdown waits for handlers to finish the queued events.</summary>
    /// <value>Default: 5 s. From zero to 5 minutes.</value>
    public TimeSpan EventDrainTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>What could not be read from the configuration, each with its path.</summary>
    internal IReadOnlyList<string> ConfigurationFailures { get; set; } = [];
}
