using System.Buffers.Binary;
using RefreshTokenRotation.Rotation;
using RefreshTokenRotation.Simulation.Rules;
using RefreshTokenRotation.Simulation.Worlds;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Simulation.Engines;

/// <summary>Leeway over several generations with one rule switched off each.</summary>
internal static class WrongGenerations
{
    private const int HeaderSize = 9;
    private const int EntrySize = 32;
    private const int UntilOffset = 24;

    private static readonly int[] Ticks = [4, 6];

    private static readonly World Holders = new("generations: two holders") { Policies = [Policies.Generations], Clients = 2, Ticks = Ticks, TickCount = 2, Parallel = 1 };
    private static readonly World Thief = new("generations: thief") { Policies = [Policies.Generations], ClientCalls = 4, ThiefCalls = 1, Ticks = Ticks, TickCount = 2, Parallel = 1 };
    private static readonly World Recovery = Thief with { Name = "generations and recovery: thief", Policies = [Policies.GenerationsAndRecovery], Losses = 1, Ticks = [4, 10] };

    /// <summary>What is right: nodes of an older version know no trail, and their writes leave the column as it is.</summary>
    public static Protocol OlderNodes { get; } = new()
    {
        ToSuccessor = static (family, step, policy, successor, device, shorten, now) => policy.LeewayGenerations > 1
            ? Transition.ToSuccessor(family, step, policy, successor, device, shorten, now)
            : Transition.ToSuccessor(family, step, policy, successor, device, shorten, now) with { Trail = family.Trail },
        ToRevoked = static (family, now) => family.Revoke(now, RevocationReason.ReuseDetected) with { Trail = family.Trail },
    };

    public static IReadOnlyList<WrongEngine> All { get; } =
    [
        new("an earlier token gets a successor of its own", Spec.AncestorIsReuse, Holders, new Protocol
        {
            Decide = static (family, token, request, policy, now) => Right(family, token, request, policy, now) is var right
                && right is { Action: ExchangeAction.Reissue, Standing: TokenStanding.Earlier } ? right with { Action = ExchangeAction.Rotate } : right,
        }),
        new("an earlier token is accepted after its own leeway", Spec.AcceptedOnce, Holders, new Protocol
        {
            Decide = static (family, token, request, policy, now) => Right(family, token, request, policy, now) is var right
                && right is { Action: ExchangeAction.DetectReuse, Standing: TokenStanding.Earlier } ? right with { Action = ExchangeAction.Reissue } : right,
        }),
        new("an earlier token has the window of the last rotation", Spec.AcceptedOnce, Holders, new Protocol
        {
            Decide = static (family, token, request, policy, now) => Right(family, token, request, policy, now) is var right
                && right is { Action: ExchangeAction.DetectReuse, Standing: TokenStanding.Earlier } && now < family!.LeewayUntil
                    ? right with { Action = ExchangeAction.Reissue } : right,
        }),
        new("an earlier token is recovered", Spec.AncestorIsReuse, Holders with { Policies = [Policies.GenerationsAndRecovery] }, new Protocol
        {
            Decide = static (family, token, request, policy, now) => Right(family, token, request, policy, now) is var right
                && right is { Action: ExchangeAction.DetectReuse, Standing: TokenStanding.Earlier } && now < family!.RecoverUntil
                    ? right with { Action = ExchangeAction.Recover } : right,
        }),
        new("an earlier token inside its leeway is refused", Spec.HonestIsServed, Holders, new Protocol
        {
            Decide = static (family, token, request, policy, now) => Right(family, token, request, policy, now) is var right
                && right is { Action: ExchangeAction.Reissue, Standing: TokenStanding.Earlier } ? right with { Action = ExchangeAction.RejectTampered } : right,
        }),
        new("leeway reaches further back than the policy says", Spec.AncestorIsReuse, Thief with { Policies = [Policies.TwoGenerations] }, new Protocol
        {
            ToSuccessor = static (family, step, policy, successor, device, shorten, now) =>
                Transition.ToSuccessor(family, step, policy with { LeewayGenerations = 32 }, successor, device, shorten, now),
            Decide = static (family, token, request, policy, now) => Right(family, token, request, policy with { LeewayGenerations = 32 }, now),
        }),
        new("a lowered number of generations does not act at once", Spec.AcceptedOnce, Thief with { Policies = [Policies.Generations, Policies.TwoGenerations], PolicyChanges = 1 }, new Protocol
        {
            Decide = static (family, token, request, policy, now) => Right(family, token, request, policy with { LeewayGenerations = 3 }, now),
        }),
        new(
            "a raised leeway reopens the window of an earlier token",
            Spec.AcceptedOnce,
            Holders with { Policies = [Policies.Generations, Policies.GenerationsOfMinutes], PolicyChanges = 1 },
            new Protocol { Decide = static (family, token, request, policy, now) => Right(Reopened(family), token, request, policy, now) }),
        new(
            "a lowered leeway does not act at once on an earlier token",
            Spec.AcceptedOnce,
            Holders with { Policies = [Policies.GenerationsOfMinutes, Policies.Generations], PolicyChanges = 1 },
            new Protocol
            {
                Decide = static (family, token, request, policy, now) => Right(family, token, request, policy, now) is var right
                    && right.Standing == TokenStanding.Earlier ? Right(family, token, request, policy with { Leeway = TimeSpan.FromMinutes(1) }, now) : right,
            }),
        new(
            "a write keeps what leads past a window that is over",
            Spec.AncestorIsReuse,
            Holders with { Policies = [Policies.GenerationsOfMinutes, Policies.Generations], ClientCalls = 3, PolicyChanges = 2, Ticks = [20], TickCount = 1 },
            new Protocol
            {
                ToSuccessor = static (family, step, policy, successor, device, shorten, now) =>
                    Transition.ToSuccessor(family, step, policy, successor, device, shorten, now) with
                    {
                        Trail = Trail.After(Reopened(family)! with { LeewayUntil = DateTimeOffset.MaxValue }, step, Wide(policy), now),
                    },
            }),
        new("a write forgets the transitions before it", Spec.OnlyReuseRevokes, Holders with { ClientCalls = 3 }, new Protocol
        {
            ToSuccessor = static (family, step, policy, successor, device, shorten, now) =>
                Transition.ToSuccessor(family with { Trail = null }, step, policy, successor, device, shorten, now),
        }),
        new(
            "a rotation under one generation goes on with the trail",
            Spec.AncestorIsReuse,
            Thief with { Policies = [Policies.Generations, Policies.Leeway], PolicyChanges = 2, TickCount = 0 },
            new Protocol
            {
                ToSuccessor = static (family, step, policy, successor, device, shorten, now) =>
                    Transition.ToSuccessor(family, step, policy with { LeewayGenerations = 3 }, successor, device, shorten, now),
            }),
        new("a token that was recovered is looked for where it claims to be", Spec.OnlyReuseRevokes, Recovery, new Protocol
        {
            Decide = static (family, token, request, policy, now) => Right(family, token, request, policy, now) is var right
                && right.Standing == TokenStanding.Earlier && Trail.TryRead(family!, out var trail) && token.Generation < trail.Floor
                    ? new Decision(ExchangeAction.DetectReuse) : right,
        }),
        new("a revoked row leads on", Spec.EndIsFinal, Holders with { ThiefCalls = 1 }, new Protocol
        {
            ToRevoked = static (family, now) => family.Revoke(now, RevocationReason.ReuseDetected) with { Salt = family.Salt, Trail = family.Trail },
            Decide = static (family, token, request, policy, now) =>
                Right(family is null ? null : family with { RevokedAt = null }, token, request, policy, now) is var lenient
                && lenient is { Action: ExchangeAction.Reissue, Standing: TokenStanding.Earlier } ? lenient : Right(family, token, request, policy, now),
        }),
    ];

    private static Decision Right(TokenFamily? family, PresentedToken token, ExchangeRequest request, RotationPolicy policy, DateTimeOffset now) =>
        ExchangeDecision.Decide(family, token, request, policy, now);

    private static RotationPolicy Wide(RotationPolicy policy) => policy with { Leeway = TimeSpan.FromHours(2) };

    /// <summary>The row as if no leeway of its trail had been bounded when it was given.</summary>
    private static TokenFamily? Reopened(TokenFamily? family)
    {
        if (family?.Trail is not { } trail)
        {
            return family;
        }

        var bytes = trail.ToArray();
        for (var entry = HeaderSize; entry < bytes.Length; entry += EntrySize)
        {
            BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(entry + UntilOffset), DateTimeOffset.MaxValue.UtcTicks);
        }

        return family with { Trail = new TokenTrail(bytes) };
    }
}
