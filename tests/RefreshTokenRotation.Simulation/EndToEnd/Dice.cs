namespace RefreshTokenRotation.Simulation.EndToEnd;

/// <summary>Random numbers of one user, machine or call (SplitMix64). Each has its own, so that a user's life is the same if all others are left out.</summary>
internal sealed class Dice(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>Dice for a part, which don't depend on what else is thrown.</summary>
    public static Dice For(int seed, int part, int index) => new(new Dice((ulong)seed << 32 ^ (ulong)part << 24 ^ (uint)index).Next());

    public int Next(int bound) => (int)(Next() % (ulong)bound);

    /// <summary>From 0 to below 1.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    public bool Happens(double probability) => NextDouble() < probability;

    public double Between(double least, double most) => least + (NextDouble() * (most - least));

    public TimeSpan Seconds(double least, double most) => TimeSpan.FromSeconds(Between(least, most));

    public TimeSpan Minutes(double least, double most) => TimeSpan.FromMinutes(Between(least, most));

    /// <summary>Between two bounds, and each order of magnitude as often as the others.</summary>
    public TimeSpan Magnitude(double least, double most) => TimeSpan.FromSeconds(least * Math.Pow(most / least, NextDouble()));
}
