namespace RefreshTokenRotation.Rotation;

/// <summary>When a family expires. Null is never.</summary>
/// <param name="Absolute">Fixed when it is first set; never moves later.</param>
/// <param name="Idle">Moves with each write of an exchange; never passes <paramref name="Absolute"/>.</param>
internal readonly record struct Lifetimes(DateTimeOffset? Absolute, DateTimeOffset? Idle)
{
    /// <summary>The lifetimes that a write of an exchange, or the log-in, sets.</summary>
    public static Lifetimes At(DateTimeOffset now, RotationPolicy policy, DateTimeOffset? fixedAbsolute) =>
        new Lifetimes(
            fixedAbsolute ?? (policy.HasAbsoluteLifetime ? After(now, policy.AbsoluteLifetime) : null),
            policy.HasIdleLifetime ? After(now, policy.IdleLifetime!.Value) : null).Bounded();

    public static Lifetimes Of(TokenFamily family) => new(family.AbsoluteExpiresAt, family.IdleExpiresAt);

    /// <summary>Shortened by what a hook asked for; a later instant changes nothing.</summary>
    public Lifetimes ShortenedTo(Lifetimes bounds) =>
        new Lifetimes(Earlier(Absolute, bounds.Absolute), Earlier(Idle, bounds.Idle)).Bounded();

    public static DateTimeOffset After(DateTimeOffset now, TimeSpan time) =>
        time > DateTimeOffset.MaxValue - now ? DateTimeOffset.MaxValue : now + time;

    private Lifetimes Bounded() => Idle is null ? this : this with { Idle = Earlier(Idle, Absolute) };

    private static DateTimeOffset? Earlier(DateTimeOffset? left, DateTimeOffset? right) =>
        left is null || right < left ? right ?? left : left;
}
