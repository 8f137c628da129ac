using Microsoft.Extensions.Logging;
using RefreshTokenRotation.Rotation;

namespace RefreshTokenRotation.Internal;

/// <summary>Reports what happened, in one place: log, metrics, events. It makes nothing that nobody wants.</summary>
internal sealed class ExchangeReporter(
    EventSink events, RotationMetrics metrics, TimeProvider time, ILogger<IRefreshTokenService> logger, IEnumerable<IRevocationObserver> observers)
{
    private readonly IRevocationObserver[] _observers = [.. observers];

    public void Issued(TokenFamilyInfo family, DateTimeOffset now)
    {
        metrics.Issued();
        logger.FamilyIssued(family.FamilyId, family.ClientId);
        if (events.IsEnabled)
        {
            Publish(new RefreshTokenEvent.Issued(now, family));
        }
    }

    public void Exchanged(ExchangeAttempt attempt, TokenFamily row, TokenFamilyInfo family, Decision decision)
    {
        var outcome = decision.Outcome;
        metrics.Exchanged(outcome);
        logger.FamilyExchanged(family.FamilyId, outcome.ToCode(), family.Generation);
        if (events.IsEnabled)
        {
            var now = time.GetUtcNow();
            var age = outcome == ExchangeOutcome.Reissued ? TokenAge.Of(attempt.Token, row, decision.Standing, now) : default;
            Publish(new RefreshTokenEvent.Exchanged(now, family, outcome, attempt.Request.Device, age));
        }
    }

    public void Rejected(
        ExchangeRequest request, TokenFamily? family, RejectionReason reason, TokenStanding standing = TokenStanding.Superseded, string? description = null)
    {
        var wasCurrent = standing == TokenStanding.Current;
        Reject(request.ClientId, request.TenantId, family, reason, wasCurrent, description, request.Device);
    }

    public void Rejected(RevokeRequest request, TokenFamily family, RejectionReason reason) =>
        Reject(request.ClientId, request.TenantId, family, reason, wasCurrent: false, description: null, device: null);

    public void ReuseDetected(ExchangeAttempt attempt, TokenFamily family, TokenAge age, bool revoked, bool wouldRecover, DateTimeOffset now)
    {
        if (revoked)
        {
            Observe(family);
        }

        metrics.Rejected(RejectionReason.ReuseDetected);
        metrics.ReuseDetected(revoked, age.GenerationsBack);
        logger.ReuseDetected(family.Grant.ClientId, family.Grant.FamilyId, age.GenerationsBack, age.Words, revoked);
        if (events.IsEnabled)
        {
            Publish(new RefreshTokenEvent.ReuseDetected(
                now, new TokenFamilyInfo(family), attempt.Token.Generation, revoked, wouldRecover, attempt.Request.Device, age));
        }
    }

    /// <summary>Counts the family once, however many parallel replays report it.</summary>
    public void RevokedForReuse() => metrics.Revoked(RevocationReason.ReuseDetected, 1);

    public TokenFamilyInfo Evicted(TokenFamily family, DateTimeOffset now)
    {
        var info = new TokenFamilyInfo(family.Revoke(now, RevocationReason.Evicted));
        Observe(family);
        metrics.Evicted();
        logger.FamilyEvicted(info.FamilyId, info.ClientId);
        if (events.IsEnabled)
        {
            Publish(new RefreshTokenEvent.Evicted(now, info));
        }

        return info;
    }

    public void Revoked(TokenFamilyFilter filter, FamilyRevocation revocation, long count, TokenFamily? family)
    {
        if (count == 0)
        {
            return;
        }

        var (_, reason, now, deleted) = revocation;
        Observe(filter);
        metrics.Revoked(reason, count);
        logger.FamiliesRevoked(count, reason.ToCode(), deleted);
        if (events.IsEnabled)
        {
            var info = family is null ? null : new TokenFamilyInfo(family.Revoke(now, reason));
            Publish(new RefreshTokenEvent.Revoked(now, filter, reason, count, deleted, info));
        }
    }

    /// <summary>A hook ended the family of an exchange.</summary>
    public void RevokedByHook(TokenFamily revoked)
    {
        var (reason, at) = (revoked.RevocationReason!.Value, revoked.RevokedAt!.Value);
        Observe(revoked);
        metrics.Revoked(reason, 1);
        logger.FamiliesRevoked(1, reason.ToCode(), deleted: false);
        if (events.IsEnabled)
        {
            var filter = TokenFamilyFilter.ForFamily(revoked.Grant.FamilyId) with { TenantId = revoked.Grant.TenantId };
            Publish(new RefreshTokenEvent.Revoked(at, filter, reason, 1, deleted: false, new TokenFamilyInfo(revoked)));
        }
    }

    public void Pruned(int count)
    {
        if (count > 0)
        {
            metrics.Pruned(count);
            logger.FamiliesPruned(count);
        }
    }

    public void HookExpiryClamped(Guid familyId, Lifetimes asked, Lifetimes kept)
    {
        if (asked.Absolute is { } absolute && kept.Absolute < absolute)
        {
            logger.HookExpiryClamped("absolute", familyId, absolute, kept.Absolute);
        }

        if (asked.Idle is { } idle && kept.Idle < idle)
        {
            logger.HookExpiryClamped("idle", familyId, idle, kept.Idle);
        }
    }

    public void AddRepeated(TokenFamily family) => logger.AddRepeated(family.Grant.FamilyId);

    public void Conflict() => metrics.Conflict();

    public void MigrationIncomplete(TokenFamily family, Exception fault) => logger.MigrationIncomplete(fault, family.Grant.FamilyId);

    private void Observe(TokenFamily family)
    {
        if (_observers.Length > 0)
        {
            Observe(TokenFamilyFilter.ForFamily(family.Grant.FamilyId) with { TenantId = family.Grant.TenantId });
        }
    }

    /// <summary>Says what was revoked, or may have been before a revocation failed. An observer that throws must not undo an answer whose row is written.</summary>
    public void Observe(TokenFamilyFilter filter)
    {
        foreach (var observer in _observers)
        {
            try
            {
                observer.OnRevoked(filter);
            }
            catch (Exception fault)
            {
                logger.ObserverFailed(fault, observer.GetType().Name);
            }
        }
    }

    /// <summary>An event that can't be queued must not undo an answer whose row is written.</summary>
    private void Publish(RefreshTokenEvent told)
    {
        try
        {
            events.Publish(told);
        }
        catch (Exception fault)
        {
            logger.EventNotQueued(fault, told.GetType().Name);
        }
    }

    private void Reject(
        string clientId, string tenantId, TokenFamily? family, RejectionReason reason, bool wasCurrent, string? description, DeviceInfo? device)
    {
        metrics.Rejected(reason);
        if (family is not null && reason is (RejectionReason.ClientMismatch or RejectionReason.SenderMismatch or RejectionReason.Unknown))
        {
            logger.TokenMisused(reason.ToCode(), family.Grant.FamilyId);
        }
        else
        {
            logger.TokenRejected(reason.ToCode(), family?.Grant.FamilyId);
        }

        if (events.IsEnabled)
        {
            var info = family is null ? null : new TokenFamilyInfo(family);
            Publish(new RefreshTokenEvent.Rejected(time.GetUtcNow(), clientId, tenantId, info, reason, wasCurrent, description, device));
        }
    }
}
