using RefreshTokenRotation.Rotation;

namespace RefreshTokenRotation;

/// <summary>Something that happened to a family. The closed list of cases is nested in this type.</summary>
/// <remarks>Published after the write. No event holds a token, a hash or a selector.</remarks>
public abstract record RefreshTokenEvent
{
    private RefreshTokenEvent(DateTimeOffset occurredAt, string tenantId, TokenFamilyInfo? family)
    {
        OccurredAt = occurredAt;
        TenantId = tenantId;
        Family = family;
    }

    /// <summary>When, by the clock of the node.</summary>
    public DateTimeOffset OccurredAt { get; }

    /// <summary>The tenant; empty for hosts without tenants.</summary>
    public string TenantId { get; }

    /// <summary>The family as the event left it; null if none is known or several are meant.</summary>
    public TokenFamilyInfo? Family { get; }

    /// <summary>How many occurrences this event represents. Above 1 only for events that report no change, which are rejections and reuse in shadow mode:
    /// alike ones that wait for a busy handler are published as one, with the details of the first.</summary>
    public long Occurrences { get; internal init; } = 1;

    /// <summary>Whether an operator should look: a replay, or a token that was presented by another client or without its key.</summary>
    public virtual bool IsSecurityEvent => false;

    /// <summary>A family was started.</summary>
    public sealed record Issued : RefreshTokenEvent
    {
        internal Issued(DateTimeOffset at, TokenFamilyInfo family)
            : base(at, family.TenantId, family)
        {
        }
    }

    /// <summary>A token was exchanged; the outcome says whether it was rotated, used, converted, reissued or recovered.</summary>
    public sealed record Exchanged : RefreshTokenEvent
    {
        internal Exchanged(DateTimeOffset at, TokenFamilyInfo family, ExchangeOutcome outcome, DeviceInfo? device, TokenAge age = default)
            : base(at, family.TenantId, family)
        {
            Outcome = outcome;
            Device = device;
            GenerationsBack = age.GenerationsBack;
            Age = age.Elapsed;
        }

        /// <summary>What the exchange did. Many reissues or recoveries of one family deserve a look.</summary>
        public ExchangeOutcome Outcome { get; }

        /// <summary>Of a reissue, how many generations before the current token the presented one is: 1 for the previous token, more where leeway reaches over
        /// several (<see cref="RotationPolicy.LeewayGenerations"/>). Otherwise 0.</summary>
        public long GenerationsBack { get; }

        /// <summary>Of a reissue, how long ago the presented token was replaced; otherwise null.</summary>
        public TimeSpan? Age { get; }

        /// <summary>The device that presented the token.</summary>
        public DeviceInfo? Device { get; }
    }

    /// <summary>An invalidated token came back: theft, or a client that lost its newest token.</summary>
    public sealed record ReuseDetected : RefreshTokenEvent
    {
        internal ReuseDetected(DateTimeOffset at, TokenFamilyInfo family, long presentedGeneration, bool familyRevoked, bool wouldRecover, DeviceInfo? device, TokenAge age = default)
            : base(at, family.TenantId, family)
        {
            PresentedGeneration = presentedGeneration;
            FamilyRevoked = familyRevoked;
            WouldRecover = wouldRecover;
            Device = device;
            GenerationsBack = age.GenerationsBack;
            Age = age.Elapsed;
            IsAgeExact = age.IsExact;
        }

        /// <summary>The generation that the replayed token claims, which is not a proof. Compare it with the family's to see how old the token is.</summary>
        public long PresentedGeneration { get; }

        /// <summary>How many generations before the current token the replayed one is. A claim, unless <see cref="IsAgeExact"/>.</summary>
        public long GenerationsBack { get; }

        /// <summary>How long ago the replayed token was replaced; at least, unless <see cref="IsAgeExact"/>. Null if the family never rotated.</summary>
        public TimeSpan? Age { get; }

        /// <summary>Whether generations and age are proved: of the previous token, and of those that leeway reaches over several generations.</summary>
        public bool IsAgeExact { get; }

        /// <summary>Whether the family was revoked; false in shadow mode.</summary>
        public bool FamilyRevoked { get; }

        /// <summary>Whether only shadow mode kept the exchange from recovering a lost response.</summary>
        public bool WouldRecover { get; }

        /// <summary>The device that presented the token.</summary>
        public DeviceInfo? Device { get; }

        /// <inheritdoc/>
        public override bool IsSecurityEvent => true;
    }

    /// <summary>The cap on active families per user and client ended the oldest one.</summary>
    public sealed record Evicted : RefreshTokenEvent
    {
        internal Evicted(DateTimeOffset at, TokenFamilyInfo family)
            : base(at, family.TenantId, family)
        {
        }
    }

    /// <summary>Families were revoked by a call of the host or a client, by a wide reuse response, or by a migration.</summary>
    public sealed record Revoked : RefreshTokenEvent
    {
        internal Revoked(DateTimeOffset at, TokenFamilyFilter filter, RevocationReason reason, long count, bool deleted, TokenFamilyInfo? family)
            : base(at, filter.TenantId, family)
        {
            Filter = filter;
            Reason = reason;
            Count = count;
            Deleted = deleted;
        }

        /// <summary>Which families.</summary>
        public TokenFamilyFilter Filter { get; }

        /// <summary>Why.</summary>
        public RevocationReason Reason { get; }

        /// <summary>How many; never zero.</summary>
        public long Count { get; }

        /// <summary>Whether they were deleted too.</summary>
        public bool Deleted { get; }
    }

    /// <summary>A token was rejected. Reuse has its own event.</summary>
    public sealed record Rejected : RefreshTokenEvent
    {
        internal Rejected(
            DateTimeOffset at, string clientId, string tenantId, TokenFamilyInfo? family, RejectionReason reason, bool wasCurrent, string? description,
            DeviceInfo? device)
            : base(at, tenantId, family)
        {
            ClientId = clientId;
            Reason = reason;
            WasCurrent = wasCurrent;
            Description = description;
            Device = device;
        }

        /// <summary>The client that presented the token, which is not always the family's.</summary>
        public string ClientId { get; }

        /// <summary>Why. For a revoked family, <see cref="TokenFamilyInfo.RevocationReason"/> says why it was revoked.</summary>
        public RejectionReason Reason { get; }

        /// <summary>Whether it was the family's current token: an old token of a revoked family is a replay that came too late.</summary>
        public bool WasCurrent { get; }

        /// <summary>The text of the hook that rejected the exchange; null otherwise.</summary>
        public string? Description { get; }

        /// <summary>The device that presented the token.</summary>
        public DeviceInfo? Device { get; }

        /// <inheritdoc/>
        public override bool IsSecurityEvent =>
            Reason is RejectionReason.ClientMismatch or RejectionReason.SenderMismatch || (Reason == RejectionReason.Unknown && Family is not null);
    }
}
