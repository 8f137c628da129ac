using RefreshTokenRotation.Internal;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Rotation;

/// <summary>What follows a write beyond its family: a wide reuse response, and the end of reusable siblings after a conversion.</summary>
internal sealed class ReuseResponder(InstrumentedTokenStore store, ExchangeReporter report, TimeProvider time)
{
    /// <summary>Tells of a reuse whose family is revoked, by whomever, and widens the response where the policy says so.</summary>
    public async ValueTask<ExchangeResult> AnswerAsync(ExchangeAttempt attempt, TokenFamily revoked)
    {
        var now = time.GetUtcNow();
        report.ReuseDetected(attempt, revoked, revoked: true, wouldRecover: false, now);
        await WidenAsync(revoked, attempt.Policy!, now).ConfigureAwait(false);
        return new ExchangeResult.Rejected(RejectionReason.ReuseDetected);
    }

    /// <summary>Widens once more at a later presentation, because a crash may have come between the family and the rest.</summary>
    public ValueTask RepeatAsync(TokenFamily family, RotationPolicy policy, DateTimeOffset now) =>
        family.RevocationReason == RevocationReason.ReuseDetected ? WidenAsync(family, policy, now) : ValueTask.CompletedTask;

    /// <summary>Revokes the families that a wide response reaches: those whose log-in was no later than the detection, so that a new one
    /// survives.</summary>
    private async ValueTask WidenAsync(TokenFamily family, RotationPolicy policy, DateTimeOffset now)
    {
        if (policy.ReuseResponse == ReuseResponse.Family || policy.ShadowMode)
        {
            return;
        }

        var revokedAt = family.RevokedAt!.Value;

        var filter = new TokenFamilyFilter
        {
            TenantId = family.Grant.TenantId,
            Subject = family.Grant.Subject,
            ClientId = policy.ReuseResponse == ReuseResponse.UserAndClient ? family.Grant.ClientId : null,
            ExceptFamilyId = family.Grant.FamilyId,
            CreatedNoLaterThan = revokedAt,
        };

        // The others get the same instant, so that a repeat that starts from one of them reaches no further.
        var revocation = new FamilyRevocation(revokedAt, RevocationReason.ReuseDetected, now, Delete: false);
        var count = await store.RevokeAsync(filter, revocation, CancellationToken.None).ConfigureAwait(false);
        report.Revoked(filter, RevocationReason.ReuseDetected, count, deleted: false, now);
    }

    /// <summary>Deletes every other reusable family of the same tenant, subject, client and resource. What fails here converts at its own
    /// next exchange.</summary>
    public async ValueTask DeleteMigratedAsync(TokenFamily converted, DateTimeOffset now)
    {
        var grant = converted.Grant;
        try
        {
            foreach (var resource in grant.Resources.Count == 0 ? [TokenFamilyFilter.NoResource] : grant.Resources)
            {
                var filter = TokenFamilyFilter.ForGrant(grant.Subject, grant.ClientId, resource) with
                {
                    TenantId = grant.TenantId,
                    ExceptFamilyId = grant.FamilyId,
                    RotationType = RotationType.NonRotating,
                };
                var revocation = new FamilyRevocation(now, RevocationReason.Migrated, now, Delete: true);
                var count = await store.RevokeAsync(filter, revocation, CancellationToken.None).ConfigureAwait(false);
                report.Revoked(filter, RevocationReason.Migrated, count, deleted: true, now);
            }
        }
        catch (RefreshTokenUnavailableException fault)
        {
            report.MigrationIncomplete(converted, fault);
        }
    }
}
