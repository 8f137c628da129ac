using RefreshTokenRotation.Rotation;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Testing.Tests.WrongEngines;

/// <summary>The bugs that sit in the decision.</summary>
internal static class NaiveDecision
{
    public static Decision Decide(Bug bug, ExchangeAttempt attempt, TokenFamily? family, DateTimeOffset now) =>
        family is null ? ExchangeDecision.Decide(null, attempt.Token, attempt.Request, attempt.Policy!, now)
        : (bug switch
        {
            Bug.WholeSecondWindow => InWholeSeconds(attempt, family, now),
            Bug.RevocationBeforeClientCheck => BeforeClientCheck(attempt, family, now),
            Bug.ScopeBeforeReuse => BeforeReuse(attempt, family, now),
            _ => null,
        }) ?? ExchangeDecision.Decide(family, attempt.Token, attempt.Request, attempt.Policy!, now);

    // Expiries stay exact: only the windows are compared in whole seconds.
    private static Decision? InWholeSeconds(ExchangeAttempt attempt, TokenFamily family, DateTimeOffset now)
    {
        var rounded = family with { RotatedAt = WholeSecond(family.RotatedAt), LeewayUntil = WholeSecond(family.LeewayUntil) };
        var decision = ExchangeDecision.Decide(rounded, attempt.Token, attempt.Request, attempt.Policy!, WholeSecond(now)!.Value);
        return decision.Action == ExchangeAction.Reissue && family.GetState(now) == FamilyState.Active ? decision : null;
    }

    private static Decision? BeforeClientCheck(ExchangeAttempt attempt, TokenFamily family, DateTimeOffset now)
    {
        var asOwner = new ExchangeRequest
        {
            RefreshToken = attempt.Request.RefreshToken,
            ClientId = family.Grant.ClientId,
            TenantId = attempt.Request.TenantId,
        };
        var decision = ExchangeDecision.Decide(family, attempt.Token, asOwner, attempt.Policy!, now);
        return decision.Action == ExchangeAction.DetectReuse ? decision : null;
    }

    private static Decision? BeforeReuse(ExchangeAttempt attempt, TokenFamily family, DateTimeOffset now)
    {
        var access = GrantedAccess.Narrow(family.Grant, attempt.Policy!, attempt.Request.Scopes, attempt.Request.Resources);
        return access.Error is not null
            && ExchangeDecision.Decide(family, attempt.Token, attempt.Request, attempt.Policy!, now) is
            { Action: ExchangeAction.DetectReuse, Standing: TokenStanding.Previous } reuse
                    ? new Decision(ExchangeAction.RejectScopeOrTarget, reuse.Standing, access)
                    : null;
    }

    private static DateTimeOffset? WholeSecond(DateTimeOffset? instant) =>
        instant is { } at ? at.AddTicks(-(at.Ticks % TimeSpan.TicksPerSecond)) : null;
}
