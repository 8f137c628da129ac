using RefreshTokenRotation.Simulation.Calls;

namespace RefreshTokenRotation.Simulation.Worlds;

/// <summary>Leeway over several generations: holders of one stored token that never read it again, each with its own copy.</summary>
internal static class GenerationWorlds
{
    /// <summary>Inside leeway, its end.</summary>
    private static readonly int[] Ticks = [4, 10];

    private static readonly World Base = new("generations") { Policies = [Policies.Generations], Ticks = Ticks, TickCount = 2 };

    private static readonly World Holders = Base with { Clients = 3, ClientCalls = 2 };
    private static readonly World Two = Base with { Clients = 2 };
    private static readonly World Thief = Base with { ThiefCalls = 2 };

    public static IReadOnlyList<World> Default { get; } =
    [
        Holders with { Name = "generations: three holders", TickCount = 1 },
        Two with { Name = "generations: two holders, faults", ClientCalls = 2, Faults = 1, Losses = 1, TickCount = 1 },
        Two with { Name = "generations: two holders that store nothing new, thief", NeverStores = true, ThiefCalls = 2, ClientCalls = 2 },
        Base with { Name = "generations: one client", ClientCalls = 4, GivesUp = true, Losses = 2, TickCount = 1 },
        Thief with { Name = "generations: thief", ClientCalls = 4, Losses = 1 },
        Thief with { Name = "generations: thief, faults", Faults = 1, TickCount = 1 },
        Two with { Name = "generations: two holders, thief", ClientCalls = 2, ThiefCalls = 2, TickCount = 1, Parallel = 1 },
        Thief with { Name = "generations and recovery: thief", Policies = [Policies.GenerationsAndRecovery], Losses = 1, Ticks = [4, 10, 3600] },
        Thief with
        {
            Name = "generations and recovery: thief, confirmed use",
            Policies = [Policies.GenerationsAndRecovery], ThiefCalls = 1, ConfirmedUses = 1, TickCount = 1,
        },
        Two with
        {
            Name = "generations off and on",
            Policies = [Policies.Generations, Policies.Leeway, Policies.Strict], ClientCalls = 3, PolicyChanges = 2, TickCount = 0, Parallel = 1,
        },
        Two with
        {
            Name = "generations raised and lowered",
            Policies = [Policies.Generations, Policies.TwoGenerations, Policies.GenerationsOfMinutes], ClientCalls = 3, PolicyChanges = 2, TickCount = 1, Parallel = 1,
        },
        Two with
        {
            Name = "generations, rotating and reusable",
            Policies = [Policies.GenerationsAndRecovery, Policies.ReusableGenerations], ClientCalls = 2, PolicyChanges = 2, TickCount = 1, Losses = 1, Parallel = 1,
        },
        Thief with { Name = "generations: scope beyond the grant", ClientCalls = 3, ThiefAsksTooMuch = true, TickCount = 2 },
        Thief with { Name = "generations: revocation and expiry", ThiefCalls = 1, Losses = 1, Ticks = [4, 7200], TickCount = 1, Revocations = 1 },
        Thief with
        {
            Name = "generations: thief who has the key",
            Key = Universe.Key, ThiefKey = Universe.Key, ClientCalls = 3, ThiefCalls = 1, Losses = 1, TickCount = 2,
        },
        Two with { Name = "generations: two nodes, 5 s apart", ClientCalls = 2, Nodes = [0, 5], TickCount = 1, Parallel = 1 },
    ];

    public static IReadOnlyList<World> Large { get; } =
    [
        Holders with { Name = "generations: three holders, thief, faults", ThiefCalls = 2, Faults = 1, TickCount = 1, Parallel = 1 },
        Holders with { Name = "generations: three holders at a time", Losses = 1, TickCount = 1, Parallel = 3, ClientCalls = 1 },
        Holders with
        {
            Name = "generations: three holders, thief, flips",
            Policies = [Policies.Generations, Policies.TwoGenerations, Policies.Leeway], ThiefCalls = 1, PolicyChanges = 1, TickCount = 1, Parallel = 1,
        },
        Two with { Name = "generations: two holders, thief", ThiefCalls = 2, TickCount = 2, Parallel = 1 },
        Thief with { Name = "generations and recovery: thief, faults", Policies = [Policies.GenerationsAndRecovery], Faults = 1, TickCount = 2 },
    ];
}
