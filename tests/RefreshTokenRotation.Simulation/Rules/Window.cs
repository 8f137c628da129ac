using RefreshTokenRotation.Simulation.Worlds;

namespace RefreshTokenRotation.Simulation.Rules;

/// <summary>Leeway and recovery by the ledger, for a call of one node. Where clocks differ, a window is off by as much.</summary>
/// <param name="Ledger">The family.</param>
/// <param name="Policy">The policy of today.</param>
/// <param name="At">The time of the decision.</param>
/// <param name="Drift">By how much clocks differ.</param>
/// <param name="Bound">Whether the family is bound to a key.</param>
internal readonly record struct Window(Ledger Ledger, RotationPolicy Policy, int At, int Drift, bool Bound)
{
    /// <summary>A lowered leeway acts at once; a raised one reopens nothing.</summary>
    private int Leeway => Math.Min(Ledger.Leeway, (int)Policy.Leeway.TotalSeconds);

    private int Recovery => Ledger.Confirmed || Policy.ShadowMode ? 0 : Math.Min(Ledger.Recovery, Ledger.RecoveryOf(Policy, Bound));

    private int Elapsed => At - Ledger.RotatedAt;

    /// <summary>A rotation more than a minute in the future: the clocks are too far apart for any window.</summary>
    private bool IsSane => Elapsed >= -60;

    public bool MayReissue => Elapsed - Drift < Leeway;

    public bool MustReissue => IsSane && Elapsed + Drift < Leeway;

    /// <summary>Whether an earlier token may get the current one, and whether it must: by its own replacement, and as far back as the policy of today reaches.</summary>
    public bool MayReissueEarlier(int token) => Reach(token) is { } replaced && At - replaced.At - Drift < Math.Min(replaced.Leeway, (int)Policy.Leeway.TotalSeconds);

    public bool MustReissueEarlier(int token) =>
        Reach(token) is { } replaced && At - replaced.At >= -60 && At - replaced.At + Drift < Math.Min(replaced.Leeway, (int)Policy.Leeway.TotalSeconds);

    private Replaced? Reach(int token) => Ledger.BackOf(token) is var back and > 0 && back <= Policy.LeewayGenerations && Policy.LeewayGenerations > 1 ? Ledger.Earlier![back - 2] : null;

    public bool MayRecover => Elapsed - Drift < Recovery && Elapsed + Drift >= Leeway;

    public bool MustRecover => IsSane && Elapsed + Drift < Recovery;
}
