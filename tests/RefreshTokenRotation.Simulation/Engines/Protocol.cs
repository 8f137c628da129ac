using RefreshTokenRotation.Rotation;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Simulation.Engines;

/// <summary>
/// The parts of the protocol that <see cref="LoopModel"/> goes by. As they stand they are the library's own; wrong engines replace one.
/// </summary>
internal sealed record Protocol
{
    public Decider Decide { get; init; } = ExchangeDecision.Decide;

    public SuccessorWriter ToSuccessor { get; init; } = Transition.ToSuccessor;

    /// <summary>What a reissue writes; null for nothing.</summary>
    public Func<TokenFamily, DateTimeOffset, TokenFamily?> ToReissued { get; init; } = static (_, _) => null;

    /// <summary>Whether a row that was read is the call's own write.</summary>
    public Func<ExchangeAttempt, TokenFamily?, Opaque256?, bool> Wrote { get; init; } = static (attempt, row, _) => attempt.Wrote(row);

    /// <summary>The row of a revocation after a reuse.</summary>
    public Func<TokenFamily, DateTimeOffset, TokenFamily> ToRevoked { get; init; } =
        static (family, now) => family.Revoke(now, RevocationReason.ReuseDetected);

    /// <summary>Whether the result of the compare-and-swap counts, for a successor and for a revocation.</summary>
    public bool HeedsSwap { get; init; } = true;

    public bool HeedsRevokingSwap { get; init; } = true;

    /// <summary>Whether a call that had decided on a success never ends in a revocation, under leeway.</summary>
    public bool SparesItself { get; init; } = true;

    /// <summary>Whether a call that had found its token current never displaces the successor that another call sent out meanwhile.</summary>
    public bool SparesTheWinner { get; init; } = true;

    /// <summary>Whether the revocation of a reuse is written before the answer.</summary>
    public bool CommitsReuse { get; init; } = true;

    public bool HeedsShadow { get; init; } = true;

    /// <summary>The policy that says how far a reuse reaches.</summary>
    public Func<RotationPolicy, RotationPolicy> ToResponse { get; init; } = static policy => policy;

    /// <summary>What confirming a use clears.</summary>
    public Func<TokenFamily, TokenFamily> ToConfirmed { get; init; } = static family => family with { RecoverUntil = null };

    internal delegate Decision Decider(
        TokenFamily? family, PresentedToken token, ExchangeRequest request, RotationPolicy policy, DateTimeOffset now);

    internal delegate TokenFamily SuccessorWriter(
        TokenFamily family, ExchangeAction step, RotationPolicy policy, Successor successor, DeviceInfo? device, Lifetimes shortenTo, DateTimeOffset now);
}
