namespace RefreshTokenRotation;

/// <summary>An exchange that is about to succeed, as a hook sees it.</summary>
public sealed class ExchangeHookContext
{
    private readonly ExchangeRequest _request;

    internal ExchangeHookContext(TokenFamilyInfo family, ExchangeOutcome outcome, ExchangeRequest request)
    {
        Family = family;
        Outcome = outcome;
        _request = request;
    }

    /// <summary>The family as it is before the exchange.</summary>
    public TokenFamilyInfo Family { get; }

    /// <summary>What the exchange is about to do. Refuse <see cref="ExchangeOutcome.Reissued"/> to bind retries to a device.</summary>
    public ExchangeOutcome Outcome { get; }

    /// <summary>The device that presents the token.</summary>
    public DeviceInfo? Device => _request.Device;

    /// <summary>The scope asked for; null or empty for all that was granted.</summary>
    public IReadOnlyList<string>? RequestedScopes => _request.Scopes;

    /// <summary>The resource servers asked for; null or empty for those granted.</summary>
    public IReadOnlyList<string>? RequestedResources => _request.Resources;

    internal bool IsRefused { get; private set; }

    internal string? Refusal { get; private set; }

    internal DateTimeOffset? AbsoluteBound { get; private set; }

    internal DateTimeOffset? IdleBound { get; private set; }

    /// <summary>Refuses. Nothing is consumed; no further hook runs.</summary>
    /// <param name="description">Why, for <see cref="ExchangeResult.Rejected.Description"/>. Default: no words.</param>
    public void Refuse(string? description = null)
    {
        IsRefused = true;
        Refusal = description;
    }

    /// <summary>Moves the absolute expiry to an earlier instant. A later one changes nothing; of several calls the earliest wins.</summary>
    /// <param name="expiresAt">The instant. If it has passed, this exchange succeeds and is the last.</param>
    public void ShortenAbsoluteExpiry(DateTimeOffset expiresAt) => AbsoluteBound = Earlier(AbsoluteBound, expiresAt);

    /// <summary>Moves the idle expiry to an earlier instant, until the next exchange renews it. A later one changes nothing; of several calls the
    /// earliest wins.</summary>
    /// <param name="expiresAt">The instant. If it has passed, this exchange succeeds and is the last.</param>
    public void ShortenIdleExpiry(DateTimeOffset expiresAt) => IdleBound = Earlier(IdleBound, expiresAt);

    /// <summary>The last instant of all is never, and so no bound.</summary>
    private static DateTimeOffset? Earlier(DateTimeOffset? bound, DateTimeOffset expiresAt) =>
        expiresAt == DateTimeOffset.MaxValue || bound < expiresAt ? bound : expiresAt;
}
