namespace RefreshTokenRotation.Simulation.Worlds;

/// <summary>What may still happen.</summary>
internal readonly record struct Budget(int Faults, int Losses, int Ticks, int PolicyChanges, int ConfirmedUses, int Revocations, int Thefts)
{
    public void AddTo(KeyWriter key)
    {
        key.Add(Faults | (Losses << 4) | (Ticks << 8) | (PolicyChanges << 12) | (ConfirmedUses << 16) | (Revocations << 20) | (Thefts << 24));
    }
}
