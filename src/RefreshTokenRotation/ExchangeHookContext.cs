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

    /// <summary>What the exchange is about to do. Reject <see cref="ExchangeOutcome.Reissued"/> to bind retries to a device.</summary>
    public ExchangeOutcome Outcome { get; }

    /// <summary>The device that presents the token.</summary>
    public DeviceInfo? Device => _request.Device;

    /// <summary>The requested scope; null or empty for all that was granted.</summary>
    public IReadOnlyList<string>? RequestedScopes => _request.Scopes;

    /// <summary>The requested resource servers; null or empty for those granted.</summary>
    public IReadOnlyList<string>? RequestedResources => _request.Resources;

    /// <summary>The family's metadata as this exchange will leave them: <see cref="SetMetadata"/> of this hook and the ones before it included.</summary>
    public IReadOnlyDictionary<string, string> Metadata => NewMetadata ?? Family.Metadata;

    internal bool IsRefused { get; private set; }

    internal string? RefusalDescription { get; private set; }

    internal ExchangeRefusal? Refusal { get; private set; }

    internal RevocationReason? Revocation { get; private set; }

    internal IReadOnlyDictionary<string, string>? NewMetadata { get; private set; }

    internal DateTimeOffset? AbsoluteBound { get; private set; }

    internal DateTimeOffset? IdleBound { get; private set; }

    /// <summary>Rejects the exchange: the client gets <c>invalid_grant</c> and nothing else. Nothing is consumed, and no further hook runs.</summary>
    /// <param name="description">Why, for <see cref="ExchangeResult.Rejected.Description"/>. Default: none.</param>
    public void Refuse(string? description = null) => (IsRefused, RefusalDescription) = (true, description);

    /// <summary>Rejects the exchange with your error. Nothing is consumed: once the user has done what it asks for, the token works. No further hook runs.</summary>
    /// <param name="refusal">The error.</param>
    /// <exception cref="ArgumentNullException"><paramref name="refusal"/> is null.</exception>
    public void Refuse(ExchangeRefusal refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        (IsRefused, Refusal, RefusalDescription) = (true, refusal, refusal.Description);
    }

    /// <summary>Rejects the exchange and revokes the family, so its user must log in again. The revocation is stored before the exchange returns; if
    /// that fails, the exchange throws <see cref="RefreshTokenUnavailableException"/>. No further hook runs.</summary>
    /// <param name="reason">Why, for the family, the log and the event.</param>
    /// <param name="refusal">The error that the client gets. Default: <see cref="ExchangeRefusal.AccessDenied"/>.</param>
    /// <exception cref="ArgumentException"><paramref name="reason"/> is not named, or is <see cref="RevocationReason.ReuseDetected"/>: only the engine may use that one.</exception>
    public void Revoke(RevocationReason reason, ExchangeRefusal? refusal = null)
    {
        FieldValidator.CheckDefined(reason, nameof(reason));
        if (reason == RevocationReason.ReuseDetected)
        {
            throw new ArgumentException("A hook never runs on reuse, and so can't report it.", nameof(reason));
        }

        Refuse(refusal ?? ExchangeRefusal.AccessDenied());
        Revocation = reason;
    }

    /// <summary>Sets an entry of the family's metadata, with the write of this exchange, or with its own if that needs none. A rejection discards it.</summary>
    /// <param name="key">The key: 1 to 255 characters of <c>A-Za-z0-9_-</c>.</param>
    /// <param name="value">The value, of at most 255 characters; null removes the entry.</param>
    /// <exception cref="ArgumentException">The key or the value is not allowed, or there would be more than 25 entries.</exception>
    public void SetMetadata(string key, string? value)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        var metadata = new Dictionary<string, string>(Metadata, StringComparer.Ordinal);
        metadata.Remove(key);
        if (value is not null)
        {
            metadata.Add(key, value);
        }

        Internal.Metadata.Check(metadata, nameof(metadata));
        NewMetadata = Internal.Metadata.Copy(metadata);
    }

    /// <summary>Moves the absolute expiry to an earlier instant. A later one changes nothing; of several calls the earliest wins.</summary>
    /// <param name="expiresAt">The instant. If it has passed, this exchange succeeds and is the last.</param>
    public void ShortenAbsoluteExpiry(DateTimeOffset expiresAt) => AbsoluteBound = Earlier(AbsoluteBound, expiresAt);

    /// <summary>Moves the idle expiry to an earlier instant, until the next exchange renews it. A later one changes nothing; the earliest of several wins.</summary>
    /// <param name="expiresAt">The instant. If it has passed, this exchange succeeds and is the last.</param>
    public void ShortenIdleExpiry(DateTimeOffset expiresAt) => IdleBound = Earlier(IdleBound, expiresAt);

    /// <summary>The last possible instant means never, so it is no bound.</summary>
    private static DateTimeOffset? Earlier(DateTimeOffset? bound, DateTimeOffset expiresAt) =>
        expiresAt == DateTimeOffset.MaxValue || bound < expiresAt ? bound : expiresAt;
}
