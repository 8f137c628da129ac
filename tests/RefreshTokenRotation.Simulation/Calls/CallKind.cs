namespace RefreshTokenRotation.Simulation.Calls;

internal enum CallKind
{
    Exchange,
    ConfirmUse,
    Revoke,
}
