using RefreshTokenRotation.Rotation;
using RefreshTokenRotation.Simulation.Calls;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Simulation.Engines;

/// <summary>
/// The exchange loop once more, without hooks and reports, so that a wrong engine need not touch the library. With the protocol as it
/// stands it does the same as the library on every trace, which a test shows.
/// </summary>
internal sealed class LoopModel(Stage stage, RealEngine real, Protocol protocol) : IEngine
{
    private const string Prefix = "rtr_";
    private static readonly string[] Prefixes = [Prefix];

    private readonly ITokenStore _store = real.Store;

    public async ValueTask<ExchangeResult> ExchangeAsync(ExchangeRequest request)
    {
        using var token = PresentedToken.Parse(request.RefreshToken, Prefixes)!;
        using var attempt = new ExchangeAttempt(request, token);
        Opaque256? firstHash = null;
        while (true)
        {
            var family = await _store.FindAsync(token.LookupKey, CancellationToken.None);
            firstHash ??= family?.SecretHash;
            if (protocol.Wrote(attempt, family, firstHash))
            {
                return await CommittedAsync(attempt, family!, attempt.PendingDecision);
            }

            if (attempt.LastAction == ExchangeAction.DetectReuse && family?.RevokedAt is not null)
            {
                return await AnswerReuseAsync(attempt, family);
            }

            attempt.Policy ??= family is null ? RotationPolicy.Strict : stage.Policy;
            var now = stage.Clock.GetUtcNow();
            var decision = protocol.Decide(family, token, request, attempt.Policy, now);
            Record(attempt, decision);
            var answer = decision switch
            {
                { IsSuccess: true } => await AcceptAsync(attempt, family!, decision),
                { Action: ExchangeAction.DetectReuse } => await DetectReuseAsync(attempt, family!, now),
                _ => await RejectAsync(attempt, family, decision, now),
            };
            if (answer is not null)
            {
                return answer;
            }

            attempt.CountPass(family!);
        }
    }

    public async ValueTask ConfirmUseAsync(Guid familyId, long generation)
    {
        while (true)
        {
            var query = new TokenFamilyQuery(TokenFamilyFilter.ForFamily(familyId), null, 1, stage.Clock.GetUtcNow());
            var families = await _store.ListAsync(query, CancellationToken.None);
            if (families.Count == 0 || families[0] is not { RevokedAt: null } family || family.Generation != generation)
            {
                return;
            }

            var confirmed = protocol.ToConfirmed(family);
            if (confirmed == family)
            {
                return;
            }

            if (await _store.CompareAndSwapAsync(confirmed with { Version = family.Version + 1 }, family.Version, CancellationToken.None))
            {
                return;
            }
        }
    }

    public ValueTask RevokeAsync(Guid familyId) => real.RevokeAsync(familyId);

    private void Record(ExchangeAttempt attempt, Decision decision)
    {
        try
        {
            attempt.Record(decision);
        }
        catch (RefreshTokenUnavailableException) when (!(decision.Action == ExchangeAction.Recover ? protocol.SparesTheWinner : protocol.SparesItself))
        {
            // The wrong engine goes on.
        }
    }

    private async ValueTask<ExchangeResult> AnswerReuseAsync(ExchangeAttempt attempt, TokenFamily revoked)
    {
        await real.WideResponse.RevokeAsync(revoked, protocol.ToResponse(attempt.Policy!), stage.Clock.GetUtcNow());
        return new ExchangeResult.Rejected(RejectionReason.ReuseDetected);
    }

    private async ValueTask<ExchangeResult?> AcceptAsync(ExchangeAttempt attempt, TokenFamily family, Decision decision)
    {
        if (attempt.Request.CreateAccessToken is not null)
        {
            await stage.SignAsync();
        }

        if (NextRow(attempt, family, decision, stage.Clock.GetUtcNow()) is not { } next)
        {
            return Answer(attempt, family, decision);
        }

        if (decision.IssuesSuccessor)
        {
            attempt.Expect(decision, null);
        }

        var swapped = await SwapAsync(attempt, next);
        return swapped == true || !protocol.HeedsSwap ? await CommittedAsync(attempt, next, decision) : null;
    }

    private TokenFamily? NextRow(ExchangeAttempt attempt, TokenFamily family, Decision decision, DateTimeOffset now)
    {
        if (decision.IssuesSuccessor)
        {
            return protocol.ToSuccessor(family, decision.Action, attempt.Policy!, attempt.Successor(stage), null, default, now);
        }

        var next = decision.Action == ExchangeAction.Use
            ? Transition.ToUsed(family, attempt.Policy!, null, default, now)
            : protocol.ToReissued(family, now) ?? family;
        var onlyLastUseIsLeft = attempt.RepeatsUse && next.RecoverUntil == family.RecoverUntil && next.AbsoluteExpiresAt == family.AbsoluteExpiresAt;
        return next == family || onlyLastUseIsLeft ? null : next with { Version = family.Version + 1 };
    }

    private async ValueTask<ExchangeResult?> DetectReuseAsync(ExchangeAttempt attempt, TokenFamily family, DateTimeOffset now)
    {
        if ((protocol.HeedsShadow && attempt.Policy!.ShadowMode) || !protocol.CommitsReuse)
        {
            return new ExchangeResult.Rejected(RejectionReason.ReuseDetected);
        }

        if (!protocol.HeedsRevokingSwap)
        {
            var blind = new FamilyRevocation(now, RevocationReason.ReuseDetected, now, Delete: false);
            await _store.RevokeAsync(TokenFamilyFilter.ForFamily(family.Grant.FamilyId), blind, CancellationToken.None);
            return new ExchangeResult.Rejected(RejectionReason.ReuseDetected);
        }

        var revoked = protocol.ToRevoked(family, now);
        return await SwapAsync(attempt, revoked) == true ? await AnswerReuseAsync(attempt, revoked) : null;
    }

    private async ValueTask<ExchangeResult> RejectAsync(ExchangeAttempt attempt, TokenFamily? family, Decision decision, DateTimeOffset now)
    {
        var reason = decision.Action switch
        {
            ExchangeAction.RejectClientMismatch => RejectionReason.ClientMismatch,
            ExchangeAction.RejectSenderMismatch => RejectionReason.SenderMismatch,
            ExchangeAction.RejectRevoked => RejectionReason.Revoked,
            ExchangeAction.RejectExpired => RejectionReason.Expired,
            ExchangeAction.RejectScopeOrTarget => decision.Access.Error!.Value,
            _ => RejectionReason.Unknown,
        };
        if (reason == RejectionReason.Revoked)
        {
            await real.WideResponse.RepeatAsync(family!, protocol.ToResponse(attempt.Policy!), now);
        }

        return new ExchangeResult.Rejected(reason);
    }

    private async ValueTask<bool?> SwapAsync(ExchangeAttempt attempt, TokenFamily next)
    {
        try
        {
            var swapped = await _store.CompareAndSwapAsync(next, next.Version - 1, CancellationToken.None);
            if (!swapped)
            {
                attempt.MeetConflict();
            }

            return swapped;
        }
        catch (RefreshTokenUnavailableException fault)
        {
            attempt.CountFault(fault);
            return null;
        }
    }

    private async ValueTask<ExchangeResult> CommittedAsync(ExchangeAttempt attempt, TokenFamily family, Decision decision)
    {
        if (decision.Action == ExchangeAction.ConvertToRotating)
        {
            await real.Migration.DeleteAsync(family, stage.Clock.GetUtcNow());
        }

        return Answer(attempt, family, decision);
    }

    private static ExchangeResult.Succeeded Answer(ExchangeAttempt attempt, TokenFamily family, Decision decision)
    {
        var token = decision.Action switch
        {
            ExchangeAction.Use => attempt.Request.RefreshToken,
            ExchangeAction.Reissue => attempt.Token.Sibling(Prefix, family.Generation, attempt.Token.Successor),
            _ => attempt.SuccessorToken(Prefix, family.Generation),
        };
        return new(decision.Outcome, token, new TokenFamilyInfo(family), null, decision.Access.Scopes, decision.Access.Resources);
    }
}
