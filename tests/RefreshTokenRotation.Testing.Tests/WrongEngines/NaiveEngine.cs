using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Internal;
using RefreshTokenRotation.Rotation;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Testing.Tests.Support;

namespace RefreshTokenRotation.Testing.Tests.WrongEngines;

/// <summary>The loop of an exchange once more, with a bug that can be switched on. Without one it is right.</summary>
internal sealed class NaiveEngine(IServiceProvider services, Bug bug) : IRefreshTokenService
{
    private readonly TokenIssuance _issuance = services.GetRequiredService<TokenIssuance>();
    private readonly TokenRevocation _revocation = services.GetRequiredService<TokenRevocation>();
    private readonly InstrumentedTokenStore _store = services.GetRequiredService<InstrumentedTokenStore>();
    private readonly PolicySource _policies = services.GetRequiredService<PolicySource>();
    private readonly ExchangeHooks _hooks = services.GetRequiredService<ExchangeHooks>();
    private readonly WideReuseResponse _wideResponse = services.GetRequiredService<WideReuseResponse>();
    private readonly SiblingMigration _migration = services.GetRequiredService<SiblingMigration>();
    private readonly RandomSource _random = services.GetRequiredService<RandomSource>();
    private readonly ExchangeReporter _report = services.GetRequiredService<ExchangeReporter>();
    private readonly TimeProvider _time = services.GetRequiredService<TimeProvider>();
    private readonly Dictionary<(Opaque256 LookupKey, long Generation), RefreshToken> _given = [];

    /// <summary>A subject whose exchanges run here, over a store that may have a bug of its own.</summary>
    public static Subject Create(Bug bug, ITokenStore? store = null)
    {
        store = new WrongStore(store ?? new InMemoryTokenStore(), bug);
        return new Subject(store, services => services.AddSingleton<IRefreshTokenService>(provider => new NaiveEngine(provider, bug)));
    }

    public ValueTask<IssueResult> IssueAsync(IssueRequest request, CancellationToken cancellationToken = default) =>
        _issuance.IssueAsync(request, cancellationToken);

    public ValueTask<RevokeResult> RevokeAsync(RevokeRequest request, CancellationToken cancellationToken = default) =>
        _revocation.RevokeAsync(request, cancellationToken);

    public ValueTask<IntrospectResult> IntrospectAsync(IntrospectRequest request, CancellationToken cancellationToken = default) =>
        _revocation.IntrospectAsync(request, cancellationToken);

    public async ValueTask<ExchangeResult> ExchangeAsync(ExchangeRequest request, CancellationToken cancellationToken = default)
    {
        using var token = PresentedToken.Parse(request.RefreshToken, ["rtr_"]);
        if (token is null)
        {
            return Reject(request, null, RejectionReason.Unknown);
        }

        using var attempt = new ExchangeAttempt(request, token);
        while (true)
        {
            var family = await _store.FindAsync(token.LookupKey, CancellationToken.None);
            if (IsOwnWrite(attempt, family))
            {
                return await CommittedAsync(attempt, family!, attempt.PendingDecision);
            }

            attempt.Policy ??= family is null ? RotationPolicy.Strict : await _policies.ResolveAsync(family, cancellationToken);
            var answer = await PassAsync(attempt, family, NaiveDecision.Decide(bug, attempt, family, _time.GetUtcNow()), cancellationToken);
            if (answer is not null)
            {
                return answer;
            }

            attempt.CountPass(family!);
        }
    }

    private bool IsOwnWrite(ExchangeAttempt attempt, TokenFamily? family) =>
        attempt.Wrote(family)
        || (bug == Bug.KnownHashTakenForSuccess && attempt.PendingDecision.IsSuccess && family is { RevokedAt: null }
            && attempt.Token.StandingIn(family) == TokenStanding.Current);

    private async ValueTask<ExchangeResult?> PassAsync(
        ExchangeAttempt attempt, TokenFamily? family, Decision decision, CancellationToken cancellationToken)
    {
        if (attempt.LastAction == ExchangeAction.DetectReuse && family?.RevokedAt is not null)
        {
            return await AnswerReuseAsync(attempt, family);
        }

        attempt.Record(decision);
        if (decision.IsSuccess)
        {
            return await AcceptAsync(attempt, family!, decision, cancellationToken);
        }

        if (decision.Action == ExchangeAction.DetectReuse)
        {
            return await DetectReuseAsync(attempt, family!, decision);
        }

        var reason = decision.Action switch
        {
            ExchangeAction.RejectClientMismatch => RejectionReason.ClientMismatch,
            ExchangeAction.RejectSenderMismatch => RejectionReason.SenderMismatch,
            ExchangeAction.RejectRevoked => RejectionReason.Revoked,
            ExchangeAction.RejectExpired => RejectionReason.Expired,
            ExchangeAction.RejectScopeOrTarget => decision.Access.Error!.Value,
            _ => RejectionReason.Unknown,
        };
        var answer = Reject(attempt.Request, decision.Action == ExchangeAction.RejectUnknown ? null : family, reason, decision.Standing);
        if (reason == RejectionReason.Revoked)
        {
            await _wideResponse.RepeatAsync(family!, attempt.Policy!, _time.GetUtcNow());
        }

        return answer;
    }

    private async ValueTask<ExchangeResult?> AcceptAsync(
        ExchangeAttempt attempt, TokenFamily family, Decision decision, CancellationToken cancellationToken)
    {
        var verdict = await _hooks.RunAsync(attempt.Request, family, decision.Outcome, cancellationToken);
        if (verdict.Refusal is not null)
        {
            return Reject(attempt.Request, family, RejectionReason.Refused, decision.Standing);
        }

        var next = NextRow(attempt, family, decision, verdict.ShortenTo);
        if (next == family)
        {
            return Answer(attempt, family, decision);
        }

        next = next with { Version = family.Version + 1 };
        if (IssuesSuccessor(decision))
        {
            attempt.Expect(decision, null);
        }

        return await SwapAsync(attempt, next) ? await CommittedAsync(attempt, next, decision) : null;
    }

    private TokenFamily NextRow(ExchangeAttempt attempt, TokenFamily family, Decision decision, Lifetimes shortenTo)
    {
        var (policy, now) = (attempt.Policy!, _time.GetUtcNow());
        if (IssuesSuccessor(decision))
        {
            var read = bug == Bug.ExpiryExtended ? family with { AbsoluteExpiresAt = null } : family;
            return Transition.ToSuccessor(read, decision.Action, policy, attempt.Successor(_random), attempt.Request.Device, shortenTo, now);
        }

        if (decision.Action == ExchangeAction.Use)
        {
            return Transition.ToUsed(family, policy, attempt.Request.Device, shortenTo, now);
        }

        var reissued = Transition.Shortened(family, shortenTo);
        return bug == Bug.SlidingWindow ? reissued with { LeewayUntil = now + policy.Leeway, RotatedAt = now } : reissued;
    }

    private async ValueTask<ExchangeResult?> DetectReuseAsync(ExchangeAttempt attempt, TokenFamily family, Decision decision)
    {
        var (policy, now) = (attempt.Policy!, _time.GetUtcNow());
        if (bug == Bug.SecondToLastAccepted && now < family.LeewayUntil && attempt.Token.Generation == family.Generation - 2
            && _given.TryGetValue((family.Grant.LookupKey, family.Generation), out var current))
        {
            var info = new TokenFamilyInfo(family);
            _report.Exchanged(attempt, family, info, new Decision(ExchangeAction.Reissue, TokenStanding.Previous));
            return new ExchangeResult.Succeeded(ExchangeOutcome.Reissued, current, info, null, [], []);
        }

        if (policy.ShadowMode || bug == Bug.RevocationRolledBack)
        {
            _report.ReuseDetected(attempt, family, default, revoked: !policy.ShadowMode, decision.WouldRecover, now);
            return new ExchangeResult.Rejected(RejectionReason.ReuseDetected);
        }

        var revoked = family.Revoke(now, RevocationReason.ReuseDetected);
        if (bug == Bug.StaleReadRevokes)
        {
            var filter = TokenFamilyFilter.ForFamily(family.Grant.FamilyId) with { TenantId = family.Grant.TenantId };
            var revocation = new FamilyRevocation(now, RevocationReason.ReuseDetected, now, Delete: false);
            await _store.RevokeAsync(filter, revocation, CancellationToken.None);
            return await AnswerReuseAsync(attempt, revoked);
        }

        return await SwapAsync(attempt, revoked) ? await AnswerReuseAsync(attempt, revoked) : null;
    }

    private async ValueTask<ExchangeResult> AnswerReuseAsync(ExchangeAttempt attempt, TokenFamily revoked)
    {
        var now = _time.GetUtcNow();
        _report.ReuseDetected(attempt, revoked, default, revoked: true, wouldRecover: false, now);
        await _wideResponse.RevokeAsync(revoked, attempt.Policy!, now);
        return new ExchangeResult.Rejected(RejectionReason.ReuseDetected);
    }

    private async ValueTask<bool> SwapAsync(ExchangeAttempt attempt, TokenFamily next)
    {
        try
        {
            return await _store.CompareAndSwapAsync(next, next.Version - 1, CancellationToken.None) || bug == Bug.SwapResultIgnored;
        }
        catch (RefreshTokenUnavailableException fault)
        {
            attempt.CountFault(fault);
            return false;
        }
    }

    private async ValueTask<ExchangeResult> CommittedAsync(ExchangeAttempt attempt, TokenFamily family, Decision decision)
    {
        var answer = Answer(attempt, family, decision);
        if (decision.Action == ExchangeAction.ConvertToRotating)
        {
            await _migration.DeleteAsync(family, _time.GetUtcNow());
        }

        return answer;
    }

    private ExchangeResult.Succeeded Answer(ExchangeAttempt attempt, TokenFamily family, Decision decision)
    {
        var token = IssuesSuccessor(decision) ? attempt.SuccessorToken("rtr_", family.Generation)
            : decision.Action == ExchangeAction.Use ? attempt.Request.RefreshToken
            : attempt.Token.Sibling("rtr_", family.Generation, attempt.Token.Successor);
        _given[(family.Grant.LookupKey, family.Generation)] = token;
        var info = new TokenFamilyInfo(family);
        _report.Exchanged(attempt, family, info, decision);
        return new(decision.Outcome, token, info, null, decision.Access.Scopes, decision.Access.Resources);
    }

    private bool IssuesSuccessor(Decision decision) => decision.IssuesSuccessor || (bug == Bug.Siblings && decision.Action == ExchangeAction.Reissue);

    private ExchangeResult.Rejected Reject(
        ExchangeRequest request, TokenFamily? family, RejectionReason reason, TokenStanding standing = TokenStanding.Superseded)
    {
        _report.Rejected(request, family, reason, standing);
        return new(reason);
    }
}
