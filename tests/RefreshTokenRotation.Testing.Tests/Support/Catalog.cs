namespace RefreshTokenRotation.Testing.Tests.Support;

/// <summary>The small world that random operations choose from.</summary>
internal static class Catalog
{
    public static IReadOnlyList<string> Clients { get; } = ["web", "app"];

    public static IReadOnlyList<string> Users { get; } = ["alice", "bob"];

    public static IReadOnlyList<string> Tenants { get; } = ["", "acme"];

    public static IReadOnlyList<string> Sessions { get; } = ["s1", "s2"];

    /// <summary>Each field of a policy takes each of its meanings in one of these, with windows that random steps of the clock can meet.</summary>
    public static IReadOnlyList<RotationPolicy> Policies { get; } =
    [
        RotationPolicy.Spa,
        RotationPolicy.Mobile,
        RotationPolicy.Strict,
        Short,
        Short with { Leeway = TimeSpan.FromSeconds(5), RecoveryWindow = TimeSpan.FromSeconds(30) },
        Short with { RotationType = RotationType.NonRotating },
        Short with { Leeway = TimeSpan.FromTicks(15_000_001), RecoveryWindow = TimeSpan.FromTicks(25_000_003) },
        RotationPolicy.Fapi,
        RotationPolicy.Fapi with { ActiveCap = 2 },
        RotationPolicy.Spa with { ExpirationType = ExpirationType.NonExpiring, RecoveryWindow = TimeSpan.FromMinutes(1) },
        RotationPolicy.Fapi with { ExpirationType = ExpirationType.NonExpiring, Leeway = TimeSpan.FromSeconds(10) },
        RotationPolicy.Spa with { InfiniteAbsoluteLifetime = true, IdleLifetime = TimeSpan.FromMinutes(1) },
        RotationPolicy.Spa with { InfiniteIdleLifetime = true, AbsoluteLifetime = TimeSpan.FromMinutes(3) },
        RotationPolicy.Spa with { ActiveCap = 2 },
        RotationPolicy.Strict with { ActiveCap = 1 },
        RotationPolicy.Mobile with { ShadowMode = true },
        RotationPolicy.Strict with { ShadowMode = true, ReuseResponse = ReuseResponse.User },
        RotationPolicy.Spa with { ReuseResponse = ReuseResponse.UserAndClient },
        RotationPolicy.Strict with { ReuseResponse = ReuseResponse.User },
        RotationPolicy.Strict with { ReuseResponse = ReuseResponse.Grant },
        RotationPolicy.Spa with { MultiResource = [new ResourceScopes { Resource = "urn:b", Scopes = ["write"] }] },
        Short with { LeewayGenerations = 3 },
        Short with { Leeway = TimeSpan.FromSeconds(5), LeewayGenerations = 2, RecoveryWindow = TimeSpan.FromSeconds(30) },
        Short with { RotationType = RotationType.NonRotating, LeewayGenerations = 4 },
        RotationPolicy.Agents with { ShadowMode = true },
        RotationPolicy.Agents,
        RotationPolicy.Fapi with { MultiResource = [new ResourceScopes { Resource = "urn:a", Scopes = ["admin"] }] },
    ];

    /// <summary>Steps of the clock: around whole seconds, around the tolerated minute back, and long ones.</summary>
    public static IReadOnlyList<TimeSpan> Steps { get; } =
    [
        TimeSpan.FromTicks(1),
        TimeSpan.FromTicks(1_234_567),
        TimeSpan.FromSeconds(1),
        TimeSpan.FromSeconds(4),
        TimeSpan.FromSeconds(9.5),
        TimeSpan.FromSeconds(20),
        TimeSpan.FromMinutes(1),
        TimeSpan.FromHours(1),
        TimeSpan.FromDays(1),
        TimeSpan.FromDays(14.9),
        TimeSpan.FromTicks(-7_654_321),
        TimeSpan.FromSeconds(-30),
        TimeSpan.FromSeconds(-60),
        TimeSpan.FromSeconds(-61),
    ];

    private static RotationPolicy Short => new()
    {
        Leeway = TimeSpan.FromSeconds(10),
        RecoveryWindow = TimeSpan.FromMinutes(1),
        IdleLifetime = TimeSpan.FromMinutes(2),
        AbsoluteLifetime = TimeSpan.FromMinutes(5),
    };

    public static T At<T>(this IReadOnlyList<T> list, int index) => list[index % list.Count];
}
