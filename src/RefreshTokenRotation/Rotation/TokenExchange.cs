using RefreshTokenRotation.Adoption;

namespace RefreshTokenRotation.Rotation;

/// <summary>The whole exchange, top to bottom: parse, find, decide, produce, commit, answer. Nothing is locked; a conflict starts over.</summary>
internal sealed class TokenExchange(
    InstrumentedTokenStore store, PolicySource policies, ExchangeHooks hooks, WideReuseResponse wideResponse, SiblingMigration migration, CurrentOptions options, TimeProvider time, RandomSource random,
    ExchangeReporter report, LegacyTokens legacyTokens)
{
    public async ValueTask<ExchangeResult> ExchangeAsync(ExchangeRequest request, CancellationToken cancellationToken)
    {
        RequestValidator.Check(request);
        if (RequestValidator.FindUnusable(request) is { } reason)
        {
            return Refuse(request, null, reason);
        }

        using var own = PresentedToken.Parse(request.RefreshToken, options.Prefixes);
        using var legacy = own is null ? await legacyTokens.ReadAsync(request.RefreshToken, cancellationToken).ConfigureAwait(false) : null;
        if ((own ?? legacy?.Token) is not { } token)
        {
            return Refuse(request, null, RejectionReason.Unknown); // row 1
        }

        using var attempt = new ExchangeAttempt(request, token, legacy);
        while (true)
        {
            // A revocation that has begun is not cancelled.
            var untilDone = attempt.LastAction == ExchangeAction.DetectReuse ? CancellationToken.None : cancellationToken;
            var family = await legacyTokens.FindAsync(attempt.Token, legacy, untilDone).ConfigureAwait(false);

            // A write of an earlier pass whose outcome was unknown, or that a driver repeated, did happen.
            if (attempt.Wrote(family))
            {
                return await CommittedAsync(attempt, family!, attempt.PendingDecision, attempt.PendingAccessToken).ConfigureAwait(false);
            }

            if (attempt.HookRevocation is { } hook && hook.Wrote(family))
            {
                return RefuseRevoked(attempt, family!, hook);
            }

            if (attempt.LastAction == ExchangeAction.DetectReuse && family?.RevokedAt is not null)
            {
                return await AnswerReuseAsync(attempt, family, TokenAge.Of(attempt.Token, family, TokenStanding.Superseded, family.RevokedAt.Value)).ConfigureAwait(false);
            }

            attempt.Policy ??= ExchangeDecision.NeedsPolicy(family, request)
                ? await policies.ResolveAsync(family!, cancellationToken).ConfigureAwait(false)
                : options.Value.DefaultPolicy;
            var now = time.GetUtcNow();
            var decision = ExchangeDecision.Decide(family, attempt.Token, attempt.Request, attempt.Policy, now);
            attempt.Record(decision);

            var answer = decision switch
            {
                { IsSuccess: true } => await AcceptAsync(attempt, family!, decision, now, cancellationToken).ConfigureAwait(false),
                { Action: ExchangeAction.DetectReuse } => await DetectReuseAsync(attempt, family!, decision, now).ConfigureAwait(false),
                _ => await RejectAsync(attempt, family, decision, now).ConfigureAwait(false),
            };
            if (answer is not null)
            {
                return answer;
            }

            attempt.CountPass(family!);
        }
    }

    /// <summary>Rows 8 to 13: hooks, access token, commit. Null if the write met another one, or its outcome is unknown.</summary>
    private async ValueTask<ExchangeResult?> AcceptAsync(
        ExchangeAttempt attempt, TokenFamily family, Decision decision, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ExchangeHooks.Verdict verdict = default;
        if (!hooks.IsEmpty)
        {
            verdict = await hooks.RunAsync(attempt.Request, family, decision.Outcome, cancellationToken).ConfigureAwait(false);
            if (verdict.Refusal is { } refusal)
            {
                return await RefuseAsync(attempt, family, decision, refusal, cancellationToken).ConfigureAwait(false);
            }

            now = time.GetUtcNow();
        }

        AccessToken? accessToken = null;
        if (attempt.Request.CreateAccessToken is { } create)
        {
            try
            {
                accessToken = AccessToken.Required(await create(decision.ContextFor(family, attempt.Request.Services), cancellationToken).ConfigureAwait(false));
            }
            catch (ExchangeRefusedException refused)
            {
                return Refuse(attempt.Request, family, refused.Reason, decision.Standing);
            }

            now = time.GetUtcNow();
        }

        if (LegacyTokens.IsDraft(family))
        {
            await legacyTokens.AddAsync(attempt.Legacy!, cancellationToken).ConfigureAwait(false);
            return null; // decided again on what is stored
        }

        var next = Transition.Next(attempt, family, decision, verdict, random, now);
        if (verdict.ShortenTo != default)
        {
            report.HookExpiryClamped(family.Grant.FamilyId, verdict.ShortenTo, Lifetimes.Of(next ?? family));
        }

        if (next is null)
        {
            return Answer(attempt, family, decision, accessToken);
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (decision.IssuesSuccessor)
        {
            attempt.Expect(decision, accessToken);
        }

        var swapped = await SwapAsync(attempt, next).ConfigureAwait(false);
        return swapped != true ? null
            : decision.Action == ExchangeAction.ConvertToRotating ? await CommittedAsync(attempt, next, decision, accessToken).ConfigureAwait(false)
            : Answer(attempt, next, decision, accessToken);
    }

    /// <summary>A hook refused: nothing is consumed. Where it revokes, that is committed. Null if it has to be tried again.</summary>
    private async ValueTask<ExchangeResult?> RefuseAsync(
        ExchangeAttempt attempt, TokenFamily family, Decision decision, HookRefusal refusal, CancellationToken cancellationToken)
    {
        if (refusal.Revocation is not { } reason)
        {
            return Refuse(attempt.Request, family, RejectionReason.Refused, decision.Standing, refusal);
        }

        if (LegacyTokens.IsDraft(family))
        {
            await legacyTokens.AddAsync(attempt.Legacy!, cancellationToken).ConfigureAwait(false);
            return null; // decided again on what is stored
        }

        cancellationToken.ThrowIfCancellationRequested();
        var revoked = family.Revoke(time.GetUtcNow(), reason);
        attempt.HookRevocation = new HookRevocation(refusal, revoked, decision.Standing);
        return await SwapAsync(attempt, revoked).ConfigureAwait(false) == true ? RefuseRevoked(attempt, revoked, attempt.HookRevocation) : null;
    }

    /// <summary>The answer of a hook that revoked.</summary>
    private ExchangeResult.Rejected RefuseRevoked(ExchangeAttempt attempt, TokenFamily revoked, HookRevocation hook)
    {
        report.RevokedByHook(revoked);
        return Refuse(attempt.Request, revoked, RejectionReason.Refused, hook.Standing, hook.Refusal);
    }

    /// <summary>Row 14: the revocation is committed though the request fails. Null if it has to be tried again.</summary>
    private async ValueTask<ExchangeResult?> DetectReuseAsync(ExchangeAttempt attempt, TokenFamily family, Decision decision, DateTimeOffset now)
    {
        var age = TokenAge.Of(attempt.Token, family, decision.Standing, now);
        if (attempt.Policy!.ShadowMode)
        {
            report.ReuseDetected(attempt, family, age, revoked: false, decision.WouldRecover, now);
            return new ExchangeResult.Rejected(RejectionReason.ReuseDetected);
        }

        var revoked = family.Revoke(now, RevocationReason.ReuseDetected);
        if (await SwapAsync(attempt, revoked).ConfigureAwait(false) != true)
        {
            return null;
        }

        report.RevokedForReuse();
        return await AnswerReuseAsync(attempt, revoked, age).ConfigureAwait(false);
    }

    /// <summary>Reports a reuse whose family is revoked, by whomever, and widens the response where the policy says so.</summary>
    private async ValueTask<ExchangeResult> AnswerReuseAsync(ExchangeAttempt attempt, TokenFamily revoked, TokenAge age)
    {
        var now = time.GetUtcNow();
        report.ReuseDetected(attempt, revoked, age, revoked: true, wouldRecover: false, now);
        await wideResponse.RevokeAsync(revoked, attempt.Policy!, now).ConfigureAwait(false);
        return new ExchangeResult.Rejected(RejectionReason.ReuseDetected, attempt.TooLate);
    }

    /// <summary>Rows 2 to 7 and 15: nothing is written or consumed.</summary>
    private async ValueTask<ExchangeResult> RejectAsync(ExchangeAttempt attempt, TokenFamily? family, Decision decision, DateTimeOffset now)
    {
        // One tenant learns nothing of another's family.
        var answer = Refuse(attempt.Request, decision.Action == ExchangeAction.RejectUnknown ? null : family, decision.Reason, decision.Standing);
        if (answer.Reason != RejectionReason.Revoked)
        {
            return answer;
        }

        await wideResponse.RepeatAsync(family!, attempt.Policy!, now).ConfigureAwait(false);
        return family!.RevocationReason == RevocationReason.ReuseDetected ? new ExchangeResult.Rejected(answer.Reason, attempt.TooLate) : answer;
    }

    /// <summary>Compare-and-swap: true, false on a conflict, null if the outcome is unknown. Once begun it is not cancelled.</summary>
    private async ValueTask<bool?> SwapAsync(ExchangeAttempt attempt, TokenFamily next)
    {
        try
        {
            var swapped = await store.CompareAndSwapAsync(next, next.Version - 1, CancellationToken.None).ConfigureAwait(false);
            if (!swapped)
            {
                attempt.MeetConflict();
                report.Conflict();
            }

            return swapped;
        }
        catch (RefreshTokenUnavailableException fault)
        {
            attempt.CountFault(fault);
            return null;
        }
    }

    private async ValueTask<ExchangeResult> CommittedAsync(ExchangeAttempt attempt, TokenFamily family, Decision decision, AccessToken? accessToken)
    {
        var answer = Answer(attempt, family, decision, accessToken);
        if (decision.Action == ExchangeAction.ConvertToRotating)
        {
            await migration.DeleteAsync(family, time.GetUtcNow()).ConfigureAwait(false);
        }

        return answer;
    }

    private ExchangeResult.Succeeded Answer(ExchangeAttempt attempt, TokenFamily family, Decision decision, AccessToken? accessToken)
    {
        var token = attempt.AnswerToken(decision, options.Value.TokenPrefix, family.Generation);
        var info = new TokenFamilyInfo(family);
        report.Exchanged(attempt, family, info, decision);
        return new(decision.Outcome, token, info, accessToken, decision.Access.Scopes, decision.Access.Resources);
    }

    private ExchangeResult.Rejected Refuse(
        ExchangeRequest request, TokenFamily? family, RejectionReason reason, TokenStanding standing = TokenStanding.Superseded, HookRefusal? hook = null)
    {
        report.Rejected(request, family, reason, standing, hook?.Description);
        return new(reason, hook?.Description, hook?.Refusal);
    }
}
