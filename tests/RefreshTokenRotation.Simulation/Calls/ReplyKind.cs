namespace RefreshTokenRotation.Simulation.Calls;

internal enum ReplyKind
{
    Row,
    Written,
    Refused,
    Failed,
    Count,
    Signed,
}
