namespace RefreshTokenRotation.Simulation.EndToEnd;

/// <summary>What the user's software is.</summary>
internal enum App
{
    /// <summary>One to three tabs over one storage.</summary>
    Browser,

    /// <summary>One process that the system kills when it likes, on a network that comes and goes.</summary>
    Phone,

    /// <summary>A server-side app: two processes over one session store, with parallel requests.</summary>
    Server,

    /// <summary>Three to five processes over one token file.</summary>
    Agents,
}

/// <summary>How it refreshes.</summary>
internal enum Habit
{
    /// <summary>By RefreshTokenRotation.Client.</summary>
    Package,

    /// <summary>Each process reads the stored token when it starts and when it is refused, and holds what it gets from then on.</summary>
    NeverReads,

    /// <summary>As Auth0's browser SDK: a lock over the storage, the token is read under it, and three attempts of ten seconds, one right after the other.</summary>
    Sdk,
}

/// <summary>A policy as the table names it.</summary>
internal sealed record Preset(string Name, RotationPolicy Policy)
{
    public static IReadOnlyList<Preset> All { get; } =
    [
        new("Strict", RotationPolicy.Strict),
        new("Spa", RotationPolicy.Spa),
        new("Mobile", RotationPolicy.Mobile),
        new("Agents", RotationPolicy.Agents),
        new("NonRotating", RotationPolicy.Strict with { RotationType = RotationType.NonRotating }),
    ];
}

/// <summary>What can go wrong. A story is shrunk by taking one after the other away.</summary>
[Flags]
internal enum Troubles
{
    None = 0,

    /// <summary>Requests and responses get lost, and whole networks are away.</summary>
    Losses = 1,

    /// <summary>A copy of a request arrives again, up to two minutes later.</summary>
    Copies = 2,

    /// <summary>Servers crash.</summary>
    Crashes = 4,

    /// <summary>Calls of the database fail, before or after their effect.</summary>
    Faults = 8,

    /// <summary>Clocks of servers are apart by up to 0.3 s, those of devices by minutes, and they drift.</summary>
    Clocks = 16,

    /// <summary>Once a week the servers are replaced, one after the other, by a version that writes another token prefix.</summary>
    Upgrades = 32,

    /// <summary>Processes of the user are killed.</summary>
    Kills = 64,

    All = 127,
}

/// <summary>A world: who lives in it, and by which rules.</summary>
/// <param name="Seed">The same seed gives the same world.</param>
/// <param name="Users">How many users there are.</param>
/// <param name="Preset">The policy.</param>
/// <param name="App">Their software.</param>
/// <param name="Habit">How it refreshes.</param>
internal sealed record Scenario(int Seed, int Users, Preset Preset, App App, Habit Habit)
{
    public int Days { get; init; } = 30;

    /// <summary>How long access tokens live: agents get the 15 minutes that their page advises, the others an hour.</summary>
    public TimeSpan AccessTokenLifetime => App == App.Agents ? TimeSpan.FromMinutes(15) : TimeSpan.FromHours(1);

    public Theft Theft { get; init; }

    public Troubles Troubles { get; init; } = Troubles.All;

    /// <summary>The only user, for a story; null for all.</summary>
    public int? Only { get; init; }

    /// <summary>How the store is broken, for tests.</summary>
    public Sabotage Sabotage { get; init; }

    public bool Has(Troubles trouble) => (Troubles & trouble) != 0;
}
