namespace RefreshTokenRotation.Simulation.Worlds;

/// <summary>How far apart the client and the thief are.</summary>
/// <param name="Diverged">What they hold last differs.</param>
/// <param name="ClientPresented">The client has presented once more since, and was answered.</param>
/// <param name="ThiefPresented">The thief has.</param>
internal readonly record struct Theft(bool Diverged, bool ClientPresented, bool ThiefPresented)
{
    public void AddTo(KeyWriter key) => key.Add((Diverged ? 1 : 0) + (ClientPresented ? 2 : 0) + (ThiefPresented ? 4 : 0));

    /// <summary>After an answer to one of the two. What brings them together, or apart, starts the count anew.</summary>
    /// <param name="byThief">Who was answered.</param>
    /// <param name="counts">It presented what it received last, and not an older token for no gain; and was not told that the family expired.</param>
    /// <param name="clientHolds">What the client received last.</param>
    /// <param name="thiefHolds">What the thief received last.</param>
    public Theft After(bool byThief, bool counts, int clientHolds, int thiefHolds)
    {
        if (thiefHolds < 0 || clientHolds == thiefHolds)
        {
            return default;
        }

        return !Diverged
            ? new Theft(true, false, false)
            : this with { ClientPresented = ClientPresented || (counts && !byThief), ThiefPresented = ThiefPresented || (counts && byThief) };
    }
}
