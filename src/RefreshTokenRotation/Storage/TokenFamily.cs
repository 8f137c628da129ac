using System.Globalization;

namespace RefreshTokenRotation.Storage;

/// <summary>One family: one row, of constant size, rewritten in place. A rotation adds no row.</summary>
/// <remarks>
/// <see cref="Grant"/> is written once; every other member may change with each compare-and-swap. Times are kept as UTC ticks, without
/// rounding. Equality compares lists by reference.
/// </remarks>
public sealed record TokenFamily
{
    private readonly long _rotatedAt;
    private readonly long _leewayUntil;
    private readonly long _recoverUntil;
    private readonly long _absoluteExpiresAt;
    private readonly long _idleExpiresAt;
    private readonly long _lastUsedAt;
    private readonly long _revokedAt;

    /// <summary>What the log-in fixed.</summary>
    public required FamilyGrant Grant { get; init; }

    /// <summary>Counts the writes of the row, from 1. Compare-and-swap compares it.</summary>
    public required long Version { get; init; }

    /// <summary>Rotating or non-rotating.</summary>
    public required RotationType RotationType { get; init; }

    /// <summary>How many times the family has rotated: 0 to 4,294,967,295.</summary>
    public required long Generation { get; init; }

    /// <summary>SHA-256 of the current token's secret.</summary>
    public required Opaque256 SecretHash { get; init; }

    /// <summary>The salt with which the current secret was derived from the previous one; null if leeway was off, and after a revocation.</summary>
    public Opaque256? Salt { get; init; }

    /// <summary>What leads from earlier tokens to the current one; null unless leeway reaches over several generations, and after a revocation. A store that
    /// keeps it says so (<see cref="ITokenStore.KeepsTrail"/>).</summary>
    public TokenTrail? Trail { get; init; }

    /// <summary>When the current token replaced its predecessor; null if it is the first.</summary>
    public DateTimeOffset? RotatedAt { get => UtcTicks.ToTime(_rotatedAt); init => _rotatedAt = UtcTicks.From(value); }

    /// <summary>Until when the previous token gets the same successor again; null if leeway was off.</summary>
    public DateTimeOffset? LeewayUntil { get => UtcTicks.ToTime(_leewayUntil); init => _leewayUntil = UtcTicks.From(value); }

    /// <summary>Until when the previous token may displace a lost successor; null if it may not.</summary>
    public DateTimeOffset? RecoverUntil { get => UtcTicks.ToTime(_recoverUntil); init => _recoverUntil = UtcTicks.From(value); }

    /// <summary>The absolute expiry; null if there is none. Once set it never moves later.</summary>
    public DateTimeOffset? AbsoluteExpiresAt { get => UtcTicks.ToTime(_absoluteExpiresAt); init => _absoluteExpiresAt = UtcTicks.From(value); }

    /// <summary>The idle expiry; null if there is none.</summary>
    public DateTimeOffset? IdleExpiresAt { get => UtcTicks.ToTime(_idleExpiresAt); init => _idleExpiresAt = UtcTicks.From(value); }

    /// <summary>When a token of the family was last exchanged; null if never, or if the family does not expire.</summary>
    public DateTimeOffset? LastUsedAt { get => UtcTicks.ToTime(_lastUsedAt); init => _lastUsedAt = UtcTicks.From(value); }

    /// <summary>When the family was revoked; null if it was not.</summary>
    public DateTimeOffset? RevokedAt { get => UtcTicks.ToTime(_revokedAt); init => _revokedAt = UtcTicks.From(value); }

    /// <summary>Why it was revoked; null if it was not.</summary>
    public RevocationReason? RevocationReason { get; init; }

    /// <summary>The device that used the family last.</summary>
    public DeviceInfo? LastDevice { get; init; }

    /// <summary>The host's own data.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = EmptyMetadata;

    /// <summary>When the current token was issued; the cap evicts the family with the earliest one.</summary>
    public DateTimeOffset CurrentTokenIssuedAt => RotatedAt ?? Grant.CreatedAt;

    internal static IReadOnlyDictionary<string, string> EmptyMetadata { get; } =
        System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty;

    internal bool HasExpiry => _absoluteExpiresAt != 0 || _idleExpiresAt != 0;

    /// <summary>Whether the family is active. At the very instant of a bound, it has expired.</summary>
    /// <param name="now">The time of the question.</param>
    /// <returns>Its state at that time.</returns>
    public FamilyState GetState(DateTimeOffset now) =>
        _revokedAt != 0 ? FamilyState.Revoked
        : IsOver(_absoluteExpiresAt, now) || IsOver(_idleExpiresAt, now) ? FamilyState.Expired
        : FamilyState.Active;

    /// <summary>Whether the family was revoked or expired before an instant, so that pruning may delete it.</summary>
    /// <param name="instant">The instant.</param>
    public bool EndedBefore(DateTimeOffset instant) =>
        IsEarlier(_revokedAt, instant) || IsEarlier(_absoluteExpiresAt, instant) || IsEarlier(_idleExpiresAt, instant);

    /// <summary>The family as a set-based revocation leaves it: one version on, without a salt and a trail.</summary>
    /// <param name="revokedAt">When.</param>
    /// <param name="reason">Why.</param>
    public TokenFamily Revoke(DateTimeOffset revokedAt, RevocationReason reason) =>
        this with { Version = Version + 1, RevokedAt = revokedAt, RevocationReason = reason, Salt = null, Trail = null };

    /// <summary>The family's id and generation.</summary>
    /// <returns>A text without any secret.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"family {Grant.FamilyId:N} generation {Generation}");

    private static bool IsOver(long ticks, DateTimeOffset now) => ticks != 0 && now.UtcTicks >= ticks;

    private static bool IsEarlier(long ticks, DateTimeOffset instant) => ticks != 0 && ticks < instant.UtcTicks;
}
