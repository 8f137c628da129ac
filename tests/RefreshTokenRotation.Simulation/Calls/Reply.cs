namespace RefreshTokenRotation.Simulation.Calls;

/// <summary>What the world answered to a request of a call. The row is an index of <see cref="Universe.Rows"/>, or -1 for none.</summary>
internal readonly record struct Reply(ReplyKind Kind, int Row = -1, int Count = 0);
