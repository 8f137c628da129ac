using RefreshTokenRotation.Simulation.Calls;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Simulation.Worlds;

/// <summary>
/// What the specification knows of a family: kept from who presented what and which hash was written, and from no window, salt or
/// generation of the row, so that it can judge them.
/// </summary>
/// <param name="Current">The token whose hash was written last.</param>
/// <param name="Previous">The token that was presented for that write; -1 if none.</param>
/// <param name="RotatedAt">When, by the writer's clock.</param>
/// <param name="Leeway">The leeway in seconds that the writer's policy gave.</param>
/// <param name="Recovery">The recovery window in seconds that the writer's policy gave; 0 if that write was a recovery itself.</param>
/// <param name="Confirmed">The current token was seen in use.</param>
/// <param name="Reusable">The family is reusable.</param>
/// <param name="AbsoluteEnd">When the family ends at the latest; -1 for never.</param>
/// <param name="IdleEnd">When it ends unless it is used; -1 for never.</param>
/// <param name="Over">It was revoked or deleted.</param>
/// <param name="Earlier">The tokens before the previous one that leeway reached at that write, newest first; null if it reached over one generation.</param>
internal sealed record Ledger(
    int Current, int Previous, int RotatedAt, int Leeway, int Recovery, bool Confirmed, bool Reusable, int AbsoluteEnd, int IdleEnd, bool Over,
    IReadOnlyList<Replaced>? Earlier = null)
{
    public static Ledger Of(TokenFamily family, RotationPolicy policy, Universe universe) =>
        new Ledger(universe.CurrentTokenOf(family), -1, 0, 0, 0, false, policy.RotationType == RotationType.NonRotating, -1, -1, false)
            .Used(0, policy);

    public void AddTo(KeyWriter key)
    {
        key.Add(Current);
        key.Add(Previous);
        key.Add(RotatedAt);
        key.Add(Leeway | (Confirmed ? 1 << 30 : 0) | (Reusable ? 1 << 29 : 0) | (Over ? 1 << 28 : 0));
        key.Add(Recovery);
        key.Add(AbsoluteEnd);
        key.Add(IdleEnd);
        key.Add(Earlier?.Count ?? -1);
        foreach (var replaced in Earlier ?? [])
        {
            key.Add(replaced.Token);
            key.Add(replaced.At);
            key.Add(replaced.Leeway);
        }
    }

    /// <summary>How many generations back one of <see cref="Earlier"/> is; 0 for any other token.</summary>
    public int BackOf(int token)
    {
        for (var i = 0; i < (Earlier?.Count ?? 0); i++)
        {
            if (Earlier![i].Token == token)
            {
                return i + 2;
            }
        }

        return 0;
    }

    public bool IsExpired(int now) => (AbsoluteEnd >= 0 && now >= AbsoluteEnd) || (IdleEnd >= 0 && now >= IdleEnd);

    /// <summary>A new current token: by rotation, conversion or recovery.</summary>
    public Ledger Rotated(int presented, int successor, int at, RotationPolicy policy, bool bound) => (this with
    {
        Current = successor,
        Previous = presented,
        RotatedAt = at,
        Leeway = Seconds(policy.Leeway),
        Recovery = presented == Previous ? 0 : RecoveryOf(policy, bound),
        Confirmed = false,
        Reusable = presented == Previous ? Reusable : policy.RotationType == RotationType.NonRotating,
        Earlier = policy.LeewayGenerations > 1 ? EarlierAfter(presented, at, policy) : null,
    }).Used(at, policy);

    /// <summary>What each exchange that writes does to the lifetimes.</summary>
    public Ledger Used(int at, RotationPolicy policy)
    {
        var expires = policy.ExpirationType == ExpirationType.Expiring;
        var absolute = AbsoluteEnd >= 0 || !expires || policy.InfiniteAbsoluteLifetime ? AbsoluteEnd : at + Seconds(policy.AbsoluteLifetime);
        var idle = expires && !policy.InfiniteIdleLifetime && policy.IdleLifetime is { } time ? at + Seconds(time) : -1;
        return this with { AbsoluteEnd = absolute, IdleEnd = idle >= 0 && absolute >= 0 ? Math.Min(idle, absolute) : idle };
    }

    public static int RecoveryOf(RotationPolicy policy, bool bound) =>
        policy.Leeway == TimeSpan.Zero ? 0 : policy.RecoveryWindow == TimeSpan.Zero && bound ? 86_400 : Seconds(policy.RecoveryWindow);

    /// <summary>A recovery leaves none. Else what the token that is now the previous one replaced, and what was before that: no further back than the policy says,
    /// nor than the first whose own leeway is over.</summary>
    private IReadOnlyList<Replaced> EarlierAfter(int presented, int at, RotationPolicy policy)
    {
        if (presented == Previous || Earlier is null)
        {
            return [];
        }

        var leeway = Seconds(policy.Leeway);
        return [.. Earlier.Prepend(new Replaced(Previous, RotatedAt, Leeway)).Take(policy.LeewayGenerations - 1).TakeWhile(replaced => replaced.IsInside(at, leeway))];
    }

    private static int Seconds(TimeSpan time) => (int)time.TotalSeconds;
}

/// <summary>A token that was replaced.</summary>
/// <param name="Token">The token.</param>
/// <param name="At">When, by the writer's clock.</param>
/// <param name="Leeway">The leeway in seconds that the writer's policy gave.</param>
internal readonly record struct Replaced(int Token, int At, int Leeway)
{
    /// <summary>Whether its own leeway lasts, by what was given and by what the policy of today gives. A clock that is more than a minute behind ends it.</summary>
    public bool IsInside(int now, int leewayOfToday) => now - At >= -60 && now < At + Leeway && Math.Max(0, now - At) < leewayOfToday;
}
