namespace RefreshTokenRotation.TestSupport.Model;

/// <summary>One exchange: the answer, what it changes, and what is told.</summary>
internal sealed record ModelDecision(ModelExchange Answer, ModelEvent Event, ModelFamily? Family = null, bool IsWideReuse = false)
{
    /// <summary>The rows of the protocol's table, one after the other; the first that fits decides.</summary>
    public static ModelDecision Decide(
        ModelFamily? family,
        string handle,
        ExchangeRequest request,
        RotationPolicy policy,
        DateTimeOffset now,
        Func<ModelFamily, ExchangeOutcome, ModelHookAnswer> hook)
    {
        // Rows 1 and 2.
        if (family is null)
        {
            return Reject(null, RejectionReason.Unknown, isSecurity: false);
        }

        // Row 3.
        if (!string.Equals(family.Grant.ClientId, request.ClientId, StringComparison.Ordinal))
        {
            return Reject(family, RejectionReason.ClientMismatch, isSecurity: true);
        }

        // Row 4.
        if (family.Grant.SenderKeyThumbprint is { } key && !string.Equals(key, request.SenderKeyThumbprint, StringComparison.Ordinal))
        {
            return Reject(family, RejectionReason.SenderMismatch, isSecurity: true);
        }

        var isCurrent = string.Equals(family.Current.Handle, handle, StringComparison.Ordinal);
        var isPrevious = family.Current.LeewayUntil is not null && string.Equals(family.Current.Replaces, handle, StringComparison.Ordinal);

        // Row 5. A wide response that a crash cut short is repeated.
        if (family.RevokedAt is not null)
        {
            return Reject(family, RejectionReason.Revoked, isSecurity: false, isCurrent) with
            {
                IsWideReuse = family.RevocationReason == RevocationReason.ReuseDetected && !policy.ShadowMode,
            };
        }

        // Row 6.
        if (family.GetState(now) == FamilyState.Expired)
        {
            return Reject(family, RejectionReason.Expired, isSecurity: false);
        }

        // Rows 7 to 13.
        if (Outcome(family, handle, policy, now, isCurrent, isPrevious) is { } outcome && !(outcome == ExchangeOutcome.Recovered && policy.ShadowMode))
        {
            // Row 7.
            var access = ModelGrant.Narrow(family.Grant, request, policy);
            if (access.Refusal is { } refusal)
            {
                return Reject(family, refusal, isSecurity: false, isCurrent);
            }

            var verdict = hook(family, outcome);
            if (verdict.Refuse)
            {
                return Reject(family, RejectionReason.Refused, isSecurity: false);
            }

            var next = ModelLifetimes.Shorten(ModelWrite.Apply(family, handle, outcome, policy, now), verdict);
            return new ModelDecision(
                new ModelExchange
                {
                    Outcome = outcome,
                    Handle = next.Current.Handle,
                    Family = next,
                    Scopes = access.Scopes,
                    Resources = access.Resources,
                },
                ModelEvent.Exchanged(family.FamilyId, outcome, isCurrent || isPrevious ? 0 : IndexOfEarlier(family, handle) + 2),
                next);
        }

        // Row 15.
        if (family.RotationType == RotationType.NonRotating && family.Generation == 0)
        {
            return Reject(family, RejectionReason.Unknown, isSecurity: true);
        }

        // Row 14.
        var wouldRecover = policy.ShadowMode && Outcome(family, handle, policy, now, isCurrent, isPrevious) == ExchangeOutcome.Recovered;
        var revoked = policy.ShadowMode ? family : family with { RevokedAt = now, RevocationReason = RevocationReason.ReuseDetected };
        return new ModelDecision(
            new ModelExchange { Reason = RejectionReason.ReuseDetected, Family = revoked },
            ModelEvent.ReuseDetected(family.FamilyId, !policy.ShadowMode, wouldRecover),
            revoked,
            IsWideReuse: !policy.ShadowMode);
    }

    private static ExchangeOutcome? Outcome(
        ModelFamily family, string handle, RotationPolicy policy, DateTimeOffset now, bool isCurrent, bool isPrevious)
    {
        if (isCurrent)
        {
            return (family.RotationType, policy.RotationType) switch
            {
                (RotationType.Rotating, RotationType.Rotating) => ExchangeOutcome.Rotated,
                (RotationType.NonRotating, RotationType.NonRotating) => ExchangeOutcome.Used,
                (RotationType.NonRotating, _) => ExchangeOutcome.ConvertedToRotating,
                _ => ExchangeOutcome.ConvertedToNonRotating,
            };
        }

        if (!isPrevious && policy.LeewayGenerations > 1)
        {
            // The second-to-last is the first of them.
            var index = IndexOfEarlier(family, handle);
            return index >= 0 && index + 2 <= policy.LeewayGenerations && family.Current.Earlier![index].IsInside(now, policy) ? ExchangeOutcome.Reissued : null;
        }

        // A clock that went back by up to a minute counts as one that stood still; further back, both windows are over.
        var elapsed = now - family.Current.IssuedAt;
        if (!isPrevious || elapsed < TimeSpan.FromMinutes(-1))
        {
            return null;
        }

        elapsed = elapsed < TimeSpan.Zero ? TimeSpan.Zero : elapsed;
        if (now < family.Current.LeewayUntil && elapsed < policy.Leeway)
        {
            return ExchangeOutcome.Reissued;
        }

        return now < family.Current.RecoverUntil && elapsed < ModelWrite.RecoveryWindow(family, policy) ? ExchangeOutcome.Recovered : null;
    }

    private static int IndexOfEarlier(ModelFamily family, string handle) =>
        family.Current.Earlier?.FindIndex(replaced => string.Equals(replaced.Handle, handle, StringComparison.Ordinal)) ?? -1;

    private static ModelDecision Reject(ModelFamily? family, RejectionReason reason, bool isSecurity, bool wasCurrent = false) => new(
        new ModelExchange { Reason = reason, Family = family },
        ModelEvent.Rejected(family?.FamilyId, reason, wasCurrent, family?.RevocationReason, isSecurity));
}
