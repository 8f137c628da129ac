namespace RefreshTokenRotation;

/// <summary>The public names of metrics and traces. They never change. No metric and no span holds a token, a hash, a selector or a subject.</summary>
public static class RotationTelemetry
{
    /// <summary>The meter.</summary>
    public const string MeterName = "RefreshTokenRotation";

    /// <summary>The activity source. Its spans are <c>refresh_token.issue</c>, <c>.exchange</c>, <c>.revoke</c> and <c>.introspect</c>.</summary>
    public const string ActivitySourceName = "RefreshTokenRotation";

    /// <summary>Counter: families started.</summary>
    public const string Issues = "refresh_token_rotation.issues";

    /// <summary>Counter: successful exchanges, by <c>outcome</c> (<see cref="ReasonCodes"/>).</summary>
    public const string Exchanges = "refresh_token_rotation.exchanges";

    /// <summary>Counter: rejected tokens, reuse among them, by <c>reason</c> (<see cref="ReasonCodes"/>).</summary>
    public const string Rejections = "refresh_token_rotation.rejections";

    /// <summary>Counter: invalidated tokens that came back; <c>shadow</c> is true if nothing was revoked.</summary>
    public const string Reuses = "refresh_token_rotation.reuses";

    /// <summary>Histogram, in generations: how old a replayed token claims to be.</summary>
    public const string ReuseAge = "refresh_token_rotation.reuse.age";

    /// <summary>Counter: families that the cap evicted.</summary>
    public const string Evictions = "refresh_token_rotation.evictions";

    /// <summary>Counter: families that were revoked, by <c>reason</c> (<see cref="ReasonCodes"/>).</summary>
    public const string Revocations = "refresh_token_rotation.revocations";

    /// <summary>Counter: families that were pruned.</summary>
    public const string Pruned = "refresh_token_rotation.pruned";

    /// <summary>Counter: events that were dropped because a handler was slow or had stopped, by <c>lane</c>: <c>changes</c>, or <c>repeats</c> for rejections
    /// and other events that change nothing.</summary>
    public const string DroppedEvents = "refresh_token_rotation.events.dropped";

    /// <summary>Histogram, in seconds: an exchange as a whole, by <c>result</c>: an outcome, a reason,
    /// <c>unavailable</c>, <c>cancelled</c> or <c>error</c>.</summary>
    public const string ExchangeDuration = "refresh_token_rotation.exchange.duration";

    /// <summary>Histogram, in seconds: one call of the store, by <c>operation</c>; <c>failed</c> is true if it threw.</summary>
    public const string StoreDuration = "refresh_token_rotation.store.duration";

    /// <summary>Counter: compare-and-swaps of an exchange that lost to another write.</summary>
    public const string StoreConflicts = "refresh_token_rotation.store.conflicts";

    /// <summary>Gauge, where an advisor was added: families seen in the last weeks, by <c>tenant</c>, <c>client</c> (100 at most) and <c>count</c>: <c>seen</c>,
    /// <c>shared</c>, and the log-outs under <c>strict</c>, <c>spa</c>, <c>mobile</c> and <c>agents</c>. The sum over nodes is the members of <see cref="ClientUsage"/>.</summary>
    public const string AdvisorFamilies = "refresh_token_rotation.advisor.families";

    /// <summary>Gauge, where an advisor was added: exchanges seen in the last weeks, by <c>tenant</c>, <c>client</c> (100 at most) and <c>count</c>: <c>rotations</c>,
    /// <c>successors</c>, <c>replays</c>, <c>bursts</c> and <c>burst_replays</c>.</summary>
    public const string AdvisorExchanges = "refresh_token_rotation.advisor.exchanges";
}
