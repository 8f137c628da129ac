using RefreshTokenRotation.Simulation.Calls;

namespace RefreshTokenRotation.Simulation.Worlds;

/// <summary>A call under way.</summary>
/// <param name="Node">How far it is.</param>
/// <param name="Family">The family of the presented token.</param>
/// <param name="Clock">How far its node's clock is off.</param>
/// <param name="BegunAt">When it was sent.</param>
/// <param name="Abandoned">Nobody waits for its response any more.</param>
/// <param name="Policy">The policy that it goes by, or -1 before its first read.</param>
/// <param name="DecidedAt">Its node's time at the last read.</param>
/// <param name="At">Its node's time when it began to wait.</param>
/// <param name="Wrote">Its own successor was written.</param>
/// <param name="Troubled">It met a conflict or a failure.</param>
/// <param name="FoundGood">It has found its token good, and asked for a write.</param>
/// <param name="FoundCurrent">It has read its token as the current one.</param>
/// <param name="View">What was true at its last read or write, while it waits for something that reads and writes nothing.</param>
internal sealed record Running(
    CallNode Node, int Family, int Clock, int BegunAt, bool Abandoned, int Policy = -1, int DecidedAt = 0, int At = 0, bool Wrote = false,
    bool Troubled = false, bool FoundGood = false, bool FoundCurrent = false, Ledger? View = null)
{
    public CallRoot Root => Node.Root;

    public void AddTo(KeyWriter key)
    {
        key.Add(Node.Id);
        key.Add(Clock);
        key.Add(BegunAt);
        key.Add((Abandoned ? 1 : 0) + (Wrote ? 2 : 0) + (Troubled ? 4 : 0) + (View is null ? 0 : 8) + (FoundGood ? 16 : 0) + (FoundCurrent ? 32 : 0) + ((Policy + 1) << 6));
        key.Add(DecidedAt);
        key.Add(At);
        View?.AddTo(key);
    }
}
