namespace RefreshTokenRotation.Simulation.Worlds;

/// <summary>The policies of all worlds: whole seconds, and lifetimes that a few ticks of the clock end.</summary>
internal static class Policies
{
    public static readonly RotationPolicy Strict = new() { AbsoluteLifetime = TimeSpan.FromDays(3), IdleLifetime = TimeSpan.FromHours(2) };
    public static readonly RotationPolicy Leeway = Strict with { Leeway = TimeSpan.FromSeconds(10) };
    public static readonly RotationPolicy Minute = Strict with { Leeway = TimeSpan.FromMinutes(1) };
    public static readonly RotationPolicy Recovery = Leeway with { RecoveryWindow = TimeSpan.FromHours(1) };
    public static readonly RotationPolicy ReusableRecovery = Recovery with { RotationType = RotationType.NonRotating };
    public static readonly RotationPolicy Shadow = Recovery with { ShadowMode = true };
    public static readonly RotationPolicy Generations = Leeway with { LeewayGenerations = 3 };
    public static readonly RotationPolicy TwoGenerations = Leeway with { LeewayGenerations = 2 };
    public static readonly RotationPolicy GenerationsOfMinutes = Minute with { LeewayGenerations = 3 };
    public static readonly RotationPolicy GenerationsAndRecovery = Recovery with { LeewayGenerations = 3 };
    public static readonly RotationPolicy ReusableGenerations = GenerationsAndRecovery with { RotationType = RotationType.NonRotating };
    public static readonly RotationPolicy Wide = Leeway with { ReuseResponse = ReuseResponse.UserAndClient };
}
