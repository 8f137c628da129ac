using RefreshTokenRotation.Internal;
using RefreshTokenRotation.Rotation;
using RefreshTokenRotation.Simulation.Rules;
using RefreshTokenRotation.Simulation.Worlds;

namespace RefreshTokenRotation.Simulation.Engines;

/// <summary>Faults that other implementations had. A check that does not find them proves nothing.</summary>
internal static class WrongEngines
{
    private static readonly int[] Ticks = [6, 10, 3600];

    private static readonly World Tabs = new("leeway: two tabs") { Policies = [Policies.Leeway], Clients = 2, ClientCalls = 2, Ticks = Ticks, TickCount = 1 };
    private static readonly World Thief = new("recovery: thief") { Policies = [Policies.Recovery], ThiefCalls = 2, Ticks = Ticks, TickCount = 2 };
    private static readonly World Faults = new("strict: faults") { Policies = [Policies.Strict], ClientCalls = 2, Faults = 1 };
    private static readonly World Retry = new("recovery: retry") { Policies = [Policies.Recovery], Losses = 1, GivesUp = true, Ticks = Ticks, TickCount = 1 };
    private static readonly World Stranger = new("stranger") { Policies = [Policies.Strict], ThiefClient = "stranger", ThiefCalls = 1, ClientCalls = 2 };

    public static IReadOnlyList<WrongEngine> All { get; } =
    [
        new("the window slides with each reissue", Spec.WindowStays, Tabs, new Protocol
        {
            ToReissued = static (family, now) => family with { RotatedAt = now, LeewayUntil = now.AddSeconds(10) },
        }),
        new("each retry gets a successor of its own", Spec.OneLineage, Tabs, new Protocol
        {
            Decide = static (family, token, request, policy, now) => ExchangeDecision.Decide(family, token, request, policy, now) is var right
                && right.Action == ExchangeAction.Reissue ? right with { Action = ExchangeAction.Recover } : right,
        }),
        new("the second-to-last token is accepted", Spec.AncestorIsReuse, Tabs, new Protocol
        {
            Decide = static (family, token, request, policy, now) => ExchangeDecision.Decide(family, token, request, policy, now) is var right
                && right.Action == ExchangeAction.DetectReuse && family!.Generation - token.Generation == 2 ? right with { Action = ExchangeAction.Rotate } : right,
        }),
        new("a stale read revokes", Spec.OnlyReuseRevokes, Faults with { StaleReads = true, ClientCalls = 3 }, new Protocol { HeedsRevokingSwap = false }),
        new("a lost compare-and-swap is taken for success", Spec.AnswerIsStored, Tabs, new Protocol { HeedsSwap = false }),
        new("a store that ignores versions", Spec.AncestorIsReuse, Tabs with { IgnoresVersions = true }, new Protocol()),
        new("reuse is looked for before the client is checked", Spec.StrangerChangesNothing, Stranger, new Protocol
        {
            Decide = static (family, token, request, policy, now) =>
                family is { RevokedAt: null, RotationType: RotationType.Rotating } && token.StandingIn(family) == TokenStanding.Superseded
                    ? new Decision(ExchangeAction.DetectReuse)
                    : ExchangeDecision.Decide(family, token, request, policy, now),
        }),
        new("a wrong scope hides a replay", Spec.ScopeIsJudgedLast, Thief with { Policies = [Policies.Leeway], ThiefAsksTooMuch = true }, new Protocol
        {
            Decide = static (family, token, request, policy, now) => ExchangeDecision.Decide(family, token, request, policy, now) is var right
                && right is { Action: ExchangeAction.DetectReuse, Standing: TokenStanding.Previous }
                && GrantedAccess.Narrow(family!.Grant, policy, request.Scopes, request.Resources) is { Error: not null } access
                    ? new Decision(ExchangeAction.RejectScopeOrTarget, right.Standing, access) : right,
        }),
        new("a row with any known hash is taken for the call's own write", Spec.AnswerIsStored, Faults, new Protocol
        {
            Wrote = static (attempt, row, known) => attempt.Wrote(row) || (attempt.PendingDecision.IssuesSuccessor && row?.SecretHash == known),
        }),
        new("a call does not know its own write", Spec.ClientStaysIn, Faults, new Protocol { Wrote = static (_, _, _) => false }),
        new("a lost response is recovered again and again", Spec.AcceptedOnce, Thief, new Protocol
        {
            ToSuccessor = static (family, step, policy, successor, device, shorten, now) =>
                Transition.ToSuccessor(family, step == ExchangeAction.Recover ? ExchangeAction.Rotate : step, policy, successor, device, shorten, now),
        }),
        new("leeway revives a revoked family", Spec.EndIsFinal, Tabs with { ThiefCalls = 1, ClientCalls = 3 }, new Protocol
        {
            ToRevoked = static (family, now) => family.Revoke(now, RevocationReason.ReuseDetected) with { Salt = family.Salt },
            Decide = static (family, token, request, policy, now) =>
                ExchangeDecision.Decide(family is null ? null : family with { RevokedAt = null }, token, request, policy, now) is var lenient
                && lenient.Action == ExchangeAction.Reissue ? lenient : ExchangeDecision.Decide(family, token, request, policy, now),
        }),
        new("an expired family is exchanged", Spec.EndIsFinal, Thief with { Ticks = [7200], TickCount = 1 }, new Protocol
        {
            Decide = static (family, token, request, policy, now) => ExchangeDecision.Decide(
                family is null ? null : family with { AbsoluteExpiresAt = null, IdleExpiresAt = null }, token, request, policy, now),
        }),
        new("confirming a use ends leeway", Spec.OnlyReuseRevokes, Tabs with { ConfirmedUses = 1 }, new Protocol
        {
            ToConfirmed = static family => family with { RecoverUntil = null, LeewayUntil = null },
        }),
        new("each rotation grants a full lifetime", Spec.ExpiryStays, Thief, new Protocol
        {
            ToSuccessor = static (family, step, policy, successor, device, shorten, now) =>
                Transition.ToSuccessor(family with { AbsoluteExpiresAt = null }, step, policy, successor, device, shorten, now),
        }),
        new("a raised leeway reopens a window", Spec.AcceptedOnce, Tabs with { Policies = [Policies.Leeway, Policies.Minute], PolicyChanges = 1 }, new Protocol
        {
            Decide = static (family, token, request, policy, now) => ExchangeDecision.Decide(
                family is null ? null : family with { LeewayUntil = DateTimeOffset.MaxValue }, token, request, policy, now),
        }),
        new("a lowered leeway does not act at once", Spec.AcceptedOnce, Tabs with { Policies = [Policies.Minute, Policies.Leeway], PolicyChanges = 1 }, new Protocol
        {
            Decide = static (family, token, request, policy, now) =>
                ExchangeDecision.Decide(family, token, request, policy with { Leeway = TimeSpan.FromMinutes(1) }, now),
        }),
        new("an overtaken call revokes", Spec.OvertakenIsSpared, Tabs with { ClientCalls = 3 }, new Protocol { SparesItself = false }),
        new("an overtaken call recovers", Spec.ClientStaysIn, Retry, new Protocol { SparesTheWinner = false }),
        new("reuse is told and not committed", Spec.ReuseIsCommitted, Thief, new Protocol { CommitsReuse = false }),
        new("reuse is never committed, so that a thief stays", Spec.ThiefIsUnmasked, Thief, new Protocol { CommitsReuse = false }),
        new("shadow mode revokes", Spec.ShadowRevokesNothing, Thief with { Policies = [Policies.Shadow] }, new Protocol { HeedsShadow = false }),
        new("a reuse ends every log-in of the user", Spec.ReuseStaysInside, Thief with { Clients = 2, ClientCalls = 1, SeparateLogIns = true, TickCount = 0 }, new Protocol
        {
            ToResponse = static policy => policy with { ReuseResponse = ReuseResponse.UserAndClient },
        }),
        new("a retry inside leeway is refused", Spec.HonestIsServed, Tabs, new Protocol
        {
            Decide = static (family, token, request, policy, now) => ExchangeDecision.Decide(family, token, request, policy, now) is var right
                && right.Action == ExchangeAction.Reissue ? right with { Action = ExchangeAction.RejectTampered } : right,
        }),
        new("a retry inside leeway is put off", Spec.OutageIsReal, Tabs, new Protocol
        {
            Decide = static (family, token, request, policy, now) => ExchangeDecision.Decide(family, token, request, policy, now) is var right
                && right.Action == ExchangeAction.Reissue ? throw Unavailable.Contended() : right,
        }),
        .. WrongGenerations.All,
    ];
}
