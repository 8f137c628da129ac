using RefreshTokenRotation.Simulation.Calls;

namespace RefreshTokenRotation.Simulation.Worlds;

/// <summary>The worlds that every build explores, and larger ones.</summary>
internal static class WorldTable
{
    /// <summary>Inside leeway, its end, the end of recovery.</summary>
    private static readonly int[] Ticks = [6, 10, 3600];

    /// <summary>Inside leeway, its end, the end of the idle lifetime.</summary>
    private static readonly int[] ToTheEnd = [6, 10, 7200];

    private static readonly World Base = new("base") { Policies = [Policies.Strict], Ticks = Ticks, TickCount = 2 };

    private static readonly World OneClient = Base with { GivesUp = true };
    private static readonly World Tabs = Base with { Clients = 2, ClientCalls = 2 };
    private static readonly World Devices = Tabs with { SeparateLogIns = true };
    private static readonly World Thief = Base with { ThiefCalls = 2 };

    public static IReadOnlyList<World> Default { get; } =
    [
        OneClient with { Name = "strict: one client", Faults = 2, Losses = 1, TickCount = 1 },
        OneClient with { Name = "leeway: one client", Policies = [Policies.Leeway], Faults = 1, Losses = 2 },
        OneClient with { Name = "recovery: one client", Policies = [Policies.Recovery], ClientCalls = 4, Losses = 2 },
        OneClient with
        {
            Name = "recovery: one client, confirmed use",
            Policies = [Policies.Recovery], Faults = 1, Losses = 1, ConfirmedUses = 1, TickCount = 1,
        },
        OneClient with { Name = "recovery: one client, faults", Policies = [Policies.Recovery], Faults = 2, Losses = 1, TickCount = 1 },
        Tabs with { Name = "strict: two tabs", Faults = 2, Losses = 1, TickCount = 0 },
        Tabs with { Name = "leeway: two tabs", Policies = [Policies.Leeway], Faults = 1, Losses = 1, TickCount = 1 },
        Tabs with
        {
            Name = "leeway: two tabs, one storage",
            Policies = [Policies.Leeway], SharedStorage = true, Faults = 1, Losses = 1, TickCount = 1,
        },
        Tabs with
        {
            Name = "recovery: two tabs, confirmed use",
            Policies = [Policies.Recovery], Losses = 1, ConfirmedUses = 1, TickCount = 1,
        },
        Thief with { Name = "strict: thief", Thefts = 2, Faults = 1, Losses = 1, TickCount = 0 },
        Thief with { Name = "leeway: thief", Policies = [Policies.Leeway], Losses = 1 },
        Thief with { Name = "leeway: thief, faults", Policies = [Policies.Leeway], ClientCalls = 2, Faults = 1, TickCount = 1 },
        Thief with { Name = "recovery: thief", Policies = [Policies.Recovery], Losses = 1 },
        Thief with { Name = "recovery: thief, confirmed use", Policies = [Policies.Recovery], ClientCalls = 2, ConfirmedUses = 1 },
        Thief with
        {
            Name = "key: thief without it",
            Policies = [Policies.Leeway], Key = Universe.Key, Thefts = 2, Losses = 1, TickCount = 1,
        },
        Thief with
        {
            Name = "key: thief who has it",
            Policies = [Policies.Leeway], Key = Universe.Key, ThiefKey = Universe.Key, Losses = 1,
        },
        Thief with
        {
            Name = "stranger: another client",
            Policies = [Policies.Leeway], ThiefClient = "stranger", Thefts = 2, Faults = 1, TickCount = 1,
        },
        Thief with { Name = "scope beyond the grant", Policies = [Policies.Recovery, Policies.Shadow], Losses = 1, ThiefAsksTooMuch = true, PolicyChanges = 1, TickCount = 1 },
        Thief with
        {
            Name = "leeway off and on",
            Policies = [Policies.Strict, Policies.Leeway, Policies.Recovery], Losses = 1, TickCount = 1, PolicyChanges = 1,
        },
        Thief with { Name = "leeway raised and lowered", Policies = [Policies.Leeway, Policies.Minute], ThiefCalls = 1, PolicyChanges = 2 },
        Thief with
        {
            Name = "rotating and reusable",
            Policies = [Policies.Recovery, Policies.ReusableRecovery], ThiefCalls = 1, Losses = 1, TickCount = 1, PolicyChanges = 2,
        },
        Devices with
        {
            Name = "reusable, then rotating: two devices",
            Policies = [Policies.ReusableRecovery, Policies.Recovery], Faults = 1, Losses = 1, PolicyChanges = 1, TickCount = 1,
        },
        Thief with { Name = "shadow mode off and on", Policies = [Policies.Shadow, Policies.Recovery], PolicyChanges = 1 },
        Thief with
        {
            Name = "revocation and expiry",
            Policies = [Policies.Leeway], ThiefCalls = 1, Losses = 1, Faults = 1, Ticks = ToTheEnd, TickCount = 1, Revocations = 1,
        },
        .. GenerationWorlds.Default,
        Devices with { Name = "wide reuse response: two devices", Policies = [Policies.Wide], ThiefCalls = 2, Faults = 1, TickCount = 0 },
        Thief with
        {
            Name = "two nodes, 5 s apart",
            Policies = [Policies.Recovery], ClientCalls = 2, ThiefCalls = 1, Losses = 1, Nodes = [0, 5],
        },
        OneClient with { Name = "two nodes, 2 min apart: one client", Policies = [Policies.Recovery], Losses = 1, Nodes = [0, -120] },
        Thief with
        {
            Name = "slow signer",
            Policies = [Policies.Recovery], ClientCalls = 2, ThiefCalls = 1, Faults = 1, TickCount = 1, SlowSigner = true,
        },
        Base with { Name = "strict: stale reads", ClientCalls = 4, Faults = 2, TickCount = 0, StaleReads = true },
    ];

    public static IReadOnlyList<World> Large { get; } =
    [
        OneClient with { Name = "strict: one client, 3 faults", Faults = 3, Losses = 2, TickCount = 1 },
        OneClient with { Name = "recovery: one client, 4 calls", Policies = [Policies.Recovery], ClientCalls = 4, Faults = 1, Losses = 2 },
        OneClient with
        {
            Name = "recovery: one client, 3 at a time",
            Policies = [Policies.Recovery], Faults = 1, Losses = 2, TickCount = 2, Parallel = 3,
        },
        Tabs with
        {
            Name = "leeway: two tabs, 3 calls each",
            Policies = [Policies.Leeway], ClientCalls = 3, Faults = 1, Losses = 1, TickCount = 1,
        },
        Tabs with
        {
            Name = "leeway: three tabs at a time",
            Policies = [Policies.Leeway], Clients = 3, ClientCalls = 1, Faults = 2, TickCount = 1, Parallel = 3,
        },
        Tabs with { Name = "recovery: two tabs, confirmed use", Policies = [Policies.Recovery], Losses = 1, ConfirmedUses = 2 },
        Thief with { Name = "leeway: thief, faults", Policies = [Policies.Leeway], Faults = 1, TickCount = 2 },
        Thief with { Name = "recovery: thief, 3 calls", Policies = [Policies.Recovery], ThiefCalls = 3, Losses = 1 },
        Thief with { Name = "recovery: thief, confirmed use", Policies = [Policies.Recovery], Thefts = 2, ConfirmedUses = 1 },
        Thief with
        {
            Name = "recovery: client, thief, 3 at a time",
            Policies = [Policies.Recovery], Clients = 2, ClientCalls = 2, ThiefCalls = 1, TickCount = 1, Parallel = 3,
        },
        Thief with
        {
            Name = "leeway off and on",
            Policies = [Policies.Strict, Policies.Leeway, Policies.Recovery], Losses = 1, TickCount = 1, PolicyChanges = 2,
        },
        Thief with { Name = "shadow mode off and on", Policies = [Policies.Shadow, Policies.Recovery], PolicyChanges = 2 },
        Thief with
        {
            Name = "rotating and reusable",
            Policies = [Policies.Recovery, Policies.ReusableRecovery], Losses = 1, TickCount = 2, PolicyChanges = 2,
        },
        Thief with
        {
            Name = "revocation and expiry",
            Policies = [Policies.Recovery], Losses = 1, Faults = 1, Ticks = ToTheEnd, TickCount = 1, Revocations = 1,
        },
        Devices with
        {
            Name = "wide reuse response: two devices",
            Policies = [Policies.Wide], ClientCalls = 3, ThiefCalls = 2, Faults = 1, TickCount = 0,
        },
        .. GenerationWorlds.Large,
        Thief with { Name = "slow signer", Policies = [Policies.Recovery], ClientCalls = 2, Faults = 1, TickCount = 1, SlowSigner = true },
        Thief with { Name = "two nodes, 5 s apart", Policies = [Policies.Recovery], ClientCalls = 2, Losses = 1, Nodes = [0, 5] },
    ];
}
