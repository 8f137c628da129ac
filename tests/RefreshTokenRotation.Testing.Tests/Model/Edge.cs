namespace RefreshTokenRotation.Testing.Tests.Model;

/// <summary>What is over at an instant.</summary>
internal enum Edge
{
    Leeway,
    LeewayOfToday,
    Recovery,
    RecoveryOfToday,
    Idle,
    Absolute,
    ToleratedDrift,
    LeewayOfEarlier,
}
