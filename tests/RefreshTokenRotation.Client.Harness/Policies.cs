namespace RefreshTokenRotation.Client.Harness;

/// <summary>The server's policies of the runs. The leeway of a kill is a minute, so that no slow machine outlasts it.</summary>
internal static class Policies
{
    public static (string Name, RotationPolicy Policy)[] All { get; } = [("Strict", RotationPolicy.Strict), ("Spa", RotationPolicy.Spa), ("Mobile", RotationPolicy.Mobile)];

    public static RotationPolicy WithoutHaste(this RotationPolicy policy) =>
        policy.Leeway > TimeSpan.Zero ? policy with { Leeway = TimeSpan.FromMinutes(1) } : policy;
}
