namespace RefreshTokenRotation.Tests.Support;

/// <summary>A policy in which every member differs from its default.</summary>
internal static class FullPolicy
{
    public static readonly RotationPolicy Value = new()
    {
        RotationType = RotationType.NonRotating,
        ExpirationType = ExpirationType.NonExpiring,
        AbsoluteLifetime = new TimeSpan(1, 2, 3, 4) + TimeSpan.FromTicks(5),
        IdleLifetime = TimeSpan.FromHours(6),
        InfiniteAbsoluteLifetime = true,
        InfiniteIdleLifetime = true,
        Leeway = TimeSpan.FromSeconds(10),
        RecoveryWindow = TimeSpan.FromDays(1),
        ShadowMode = true,
        ActiveCap = 7,
        ReuseResponse = ReuseResponse.UserAndClient,
        MultiResource = [new ResourceScopes { Resource = "https://api \u20ac", Scopes = ["a", "b"] }, new ResourceScopes { Resource = "r" }],
    };
}
