namespace RefreshTokenRotation.Rotation;

/// <summary>The rows that decisions write, as pure functions of the row that was read.</summary>
internal static class Transition
{
    /// <summary>The row to write; null if the answer needs no write.</summary>
    public static TokenFamily? Next(
        ExchangeAttempt attempt, TokenFamily family, Decision decision, in ExchangeHooks.Verdict verdict, RandomSource random, DateTimeOffset now)
    {
        var policy = attempt.Policy!;
        var shortenTo = verdict.ShortenTo;
        if (verdict.Metadata is { } metadata)
        {
            family = family with { Metadata = metadata };
        }

        if (decision.IssuesSuccessor)
        {
            return ToSuccessor(family, decision.Action, policy, attempt.Successor(random), attempt.Request.Device, shortenTo, now);
        }

        var next = decision.Action == ExchangeAction.Use
            ? ToUsed(family, policy, attempt.Request.Device, shortenTo, now)
            : Shortened(family, shortenTo);

        // Another call has just recorded its use of the same token: last use and idle expiry are not worth a second try.
        var onlyLastUseIsLeft = attempt.RepeatsUse && shortenTo == default && verdict.Metadata is null
            && next.RecoverUntil == family.RecoverUntil && next.AbsoluteExpiresAt == family.AbsoluteExpiresAt;
        return (next == family && verdict.Metadata is null) || onlyLastUseIsLeft ? null : next with { Version = family.Version + 1 };
    }

    /// <summary>Rows 8, 10, 11 and 13: one generation on.</summary>
    public static TokenFamily ToSuccessor(
        TokenFamily family, ExchangeAction step, RotationPolicy policy, Successor successor, DeviceInfo? device, Lifetimes shortenTo, DateTimeOffset now)
    {
        var lifetimes = Lifetimes.At(now, policy, family.AbsoluteExpiresAt).ShortenedTo(shortenTo);
        var expires = Expires(family, policy);
        var recovery = step == ExchangeAction.Recover ? TimeSpan.Zero : ExchangeDecision.RecoveryWindow(family.Grant, policy);
        return family with
        {
            Version = family.Version + 1,
            RotationType = step switch
            {
                ExchangeAction.ConvertToRotating => RotationType.Rotating,
                ExchangeAction.ConvertToNonRotating => RotationType.NonRotating,
                _ => family.RotationType,
            },
            Generation = family.Generation + 1,
            SecretHash = successor.Hash,
            Salt = successor.Salt,
            Trail = policy.LeewayGenerations > 1 && successor.Salt is not null ? Trail.After(family, step, policy, now) : null,
            RotatedAt = now,
            LeewayUntil = successor.Salt is null ? null : Lifetimes.After(now, policy.Leeway),
            RecoverUntil = recovery > TimeSpan.Zero ? Lifetimes.After(now, recovery) : null,
            AbsoluteExpiresAt = lifetimes.Absolute,
            IdleExpiresAt = lifetimes.Idle,
            LastUsedAt = expires ? now : family.LastUsedAt,
            LastDevice = expires ? Latest(family, device) : family.LastDevice,
        };
    }

    /// <summary>Row 9. A token that does not expire leaves no trace of its use, but the first use of a generation ends its recovery.</summary>
    public static TokenFamily ToUsed(TokenFamily family, RotationPolicy policy, DeviceInfo? device, Lifetimes shortenTo, DateTimeOffset now)
    {
        if (!Expires(family, policy))
        {
            return Shortened(family with { RecoverUntil = null }, shortenTo);
        }

        var lifetimes = Lifetimes.At(now, policy, family.AbsoluteExpiresAt).ShortenedTo(shortenTo);
        return family with
        {
            RecoverUntil = null,
            AbsoluteExpiresAt = lifetimes.Absolute,
            IdleExpiresAt = lifetimes.Idle,
            LastUsedAt = now,
            LastDevice = Latest(family, device),
        };
    }

    /// <summary>Row 12, and a hook that shortened where nothing else is written. An adopted family starts so too: it ends with its legacy token.</summary>
    public static TokenFamily Shortened(TokenFamily family, Lifetimes shortenTo)
    {
        var lifetimes = Lifetimes.Of(family).ShortenedTo(shortenTo);
        return family with { AbsoluteExpiresAt = lifetimes.Absolute, IdleExpiresAt = lifetimes.Idle };
    }

    /// <summary>The presenting device; the instance that is there already if it is the same, so that a store in memory keeps it once.</summary>
    private static DeviceInfo? Latest(TokenFamily family, DeviceInfo? device) => device is null || device == family.LastDevice ? family.LastDevice : device;

    /// <summary>Whether uses leave a trace: a family that does not expire, under a policy without expiry, keeps its last use and device.</summary>
    private static bool Expires(TokenFamily family, RotationPolicy policy) => family.HasExpiry || policy.Expires;
}
