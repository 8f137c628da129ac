using RefreshTokenRotation.Torture.Nodes;
using RefreshTokenRotation.Torture.Setups;

namespace RefreshTokenRotation.Torture.Runs;

/// <summary>A store or a set-up that is wrong on purpose.</summary>
/// <param name="Name">Which.</param>
/// <param name="What">What is wrong.</param>
/// <param name="Create">The set-up.</param>
/// <param name="Store">What is wrong with the store before it; null for nothing.</param>
/// <param name="FaultName">The fault that it takes; null for none.</param>
internal sealed record Sabotage(string Name, string What, Func<Setup> Create, string? Store, string? FaultName)
{
    /// <summary>How many operations may pass before it is found.</summary>
    public const int Operations = 6000;

    private const int PerRound = 300;

    public async Task<RunResult> RunAsync(int seed, Action<string> progress)
    {
        await using var setup = Create();
        await setup.StartAsync();
        var run = new TortureRun(setup, seed, Store)
        {
            OperationsPerRound = PerRound,
            MaxHold = 1000,
            Chooses = fault => fault.Name == FaultName,
            Progress = progress,
        };
        return await run.RunAsync(Operations / PerRound, TimeSpan.FromMinutes(30)) with { Sabotage = Name };
    }
}

/// <summary>The sabotages, each of which must be found.</summary>
internal static class SabotageCatalogue
{
    private static readonly Dictionary<string, string> StoreTexts = new()
    {
        ["swap-result-ignored"] = "a conflict of a compare-and-swap is taken for a success",
        ["swap-without-version"] = "the row is overwritten, whatever its version",
        ["swap-outage-is-success"] = "a swap that timed out is taken for done",
        ["swap-written-later"] = "a swap is answered, and written with the next one",
        ["swap-keeps-old-salt"] = "a swap leaves one column as it was",
        ["cache-in-front"] = "each process keeps rows in its memory",
        ["reads-from-a-replica"] = "one read in five shows the row before",
        ["outage-is-not-found"] = "a find that timed out is taken for no row",
        ["revocation-lost"] = "a revocation is counted and not done, half the time",
        ["revocation-undone"] = "a revocation is undone by a write that does not know of it",
        ["reuse-not-stored"] = "the revocation after a reuse is answered and not stored",
        ["add-not-stored"] = "an add is answered and not stored, one time in five",
        ["add-overwrites"] = "a repeated add replaces the row",
        ["cap-not-enforced"] = "an add evicts nothing",
        ["cap-too-low"] = "an add evicts one family too many",
        ["eviction-not-reported"] = "an add evicts and reports nothing",
        ["eviction-not-done"] = "an add reports evictions and leaves the rows",
        ["prunes-the-living"] = "pruning deletes by another date",
        ["list-hides-one"] = "a list leaves its first family out",
    };

    public static IReadOnlyList<Sabotage> All { get; } =
    [
        .. SabotagedStore.All.Keys.Select(static name => new Sabotage(name, StoreTexts[name], () => new SqliteSetup("sqlite") { Nodes = 2 }, name, null)),
        new("asynchronous-standby", "commits don't wait for the standby that is promoted", () => Pair(PairFlaw.Asynchronous), null, FailOver),
        new("synchronous-commit-off", "a standby is named, and `synchronous_commit` is off", () => Pair(PairFlaw.SynchronousCommitOff), null, FailOver),
        new("short-command-timeout", "statements are given up while the standby stands still", () => Pair(PairFlaw.ShortCommandTimeout), null, FailOver),
        new("former-primary-not-fenced", "one node still reaches the former primary, which confirms commits without a standby", () => Pair(PairFlaw.NoFence), null, FailOver),
        new(
            "synchronous-commit-off-single", "`synchronous_commit` is off, and the server is killed",
            () => new PostgresSetup("postgresql", synchronousCommit: "off") { OnlyKills = true }, null, "server killed"),
        new("redis-without-append-only-file", "`appendonly no`, and the server is killed", () => new RedisSetup("redis", RedisFlaw.NoAppendOnlyFile), null, "server killed"),
        new("redis-appendfsync-no", "`appendfsync no`, and the machine loses its power", () => new RedisSetup("redis", RedisFlaw.NoSync), null, "power lost"),
        new("redis-evicts", "`maxmemory-policy allkeys-random`, and the memory is full", () => new RedisSetup("redis", RedisFlaw.Evicts), null, "memory full"),
        new(
            "redis-without-wait", "`ReplicasToWaitFor = 0`, and a primary is replaced",
            () => new RedisClusterSetup("redis-cluster", waits: false), null, "primary killed, replica promoted"),
    ];

    private const string FailOver = "primary killed, standby promoted";

    private static FailoverSetup Pair(PairFlaw flaw) => new("postgresql-failover", flaw);
}
