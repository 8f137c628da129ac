using System.Globalization;
using RefreshTokenRotation.Testing;
using RefreshTokenRotation.Torture.Faults;
using RefreshTokenRotation.Torture.Histories;
using RefreshTokenRotation.Torture.Nodes;
using RefreshTokenRotation.Torture.Setups;

namespace RefreshTokenRotation.Torture.Runs;

/// <summary>One seed on one set-up: rounds of load with faults, each judged when all is well again.</summary>
internal sealed class TortureRun(Setup setup, int seed, string? sabotage = null)
{
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(45);

    private readonly Random _random = new(seed);
    private readonly SortedDictionary<string, int> _faults = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _outcomes = new(StringComparer.Ordinal);
    private readonly List<Finding> _findings = [];
    private volatile bool _wasFault;
    private int _storeCalls;
    private int _families;

    /// <summary>How many operations are answered in a round, before its last words.</summary>
    public int OperationsPerRound { get; init; } = 1000;

    /// <summary>The longest pause before and during a fault, in milliseconds.</summary>
    public int MaxHold { get; init; } = 2500;

    /// <summary>Told of each step; for a run that a person watches.</summary>
    public Action<string> Progress { get; init; } = static _ => { };

    /// <summary>Which faults happen; null for all.</summary>
    public Func<Fault, bool>? Chooses { get; init; }

    /// <summary>Runs until the time is over or a rule is broken.</summary>
    /// <param name="rounds">How many rounds at most.</param>
    /// <param name="time">When no further round begins.</param>
    public async Task<RunResult> RunAsync(int rounds, TimeSpan time)
    {
        var start = TimeProvider.System.GetTimestamp();
        var folder = Directory.CreateTempSubdirectory("RefreshTokenRotation-torture-").FullName;
        try
        {
            await using var nodes = new NodePool(place => setup.AddressOf(place) with { Sabotage = sabotage }, setup.Nodes, folder);
            await nodes.StartAllAsync();
            var round = 0;
            for (; round < rounds && _findings.Count == 0 && (round == 0 || TimeProvider.System.GetElapsedTime(start) < time); round++)
            {
                await RunRoundAsync(nodes, round);
            }

            return new RunResult(
                setup.Name, sabotage, seed, round, TimeProvider.System.GetElapsedTime(start), _families, _storeCalls, _outcomes, _faults, _findings);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task RunRoundAsync(NodePool nodes, int round)
    {
        await nodes.HealAsync();
        await nodes.BeginRoundAsync(round);
        var clients = new Clients(nodes);
        var faults = NodeFaults.For(nodes).Concat(setup.Faults).Where(fault => Chooses?.Invoke(fault) ?? true).ToList();
        _wasFault = faults.Count == 0;
        var load = new Workload(clients, nodes, seed, round).RunAsync(OperationsPerRound, () => _wasFault);
        await FaultAsync(faults, load);
        await load;
        Progress($"round {round}: {clients.Count} operations, {clients.Sessions.Count} families; settling");
        await clients.SettleAsync(SettleLimit);
        await nodes.HealAsync();
        Progress("healed; last words");
        if (await LastWords.SpeakAsync(clients, nodes) is { } silence)
        {
            _findings.Add(silence);
        }

        await clients.SettleAsync(SettleLimit);
        Progress("judging");
        Judge(clients, nodes);
    }

    /// <summary>One fault after the other, some of them at once, for as long as there is load.</summary>
    private async Task FaultAsync(List<Fault> faults, Task load)
    {
        while (!load.IsCompleted && faults.Count > 0)
        {
            await PauseAsync();
            var chosen = faults.OrderBy(_ => _random.Next()).DistinctBy(static fault => fault.Place).Take(_random.Next(4) == 0 ? 2 : 1).ToList();
            var ends = new List<Func<Task>>();
            foreach (var fault in chosen)
            {
                Progress($"{fault.Name} begins");
                _faults[fault.Name] = _faults.GetValueOrDefault(fault.Name) + 1;
                ends.Add(await fault.BeginAsync(_random));
            }

            await PauseAsync();
            foreach (var end in Enumerable.Reverse(ends))
            {
                await end();
            }

            _wasFault = true;
        }

        async Task PauseAsync()
        {
            using var ended = new CancellationTokenSource();
            await Task.WhenAny(load, Task.Delay(TimeSpan.FromMilliseconds(_random.Next(MaxHold / 10, MaxHold)), TimeProvider.System, ended.Token));
            await ended.CancelAsync();
        }
    }

    private void Judge(Clients clients, NodePool nodes)
    {
        var history = new TokenStoreHistory();
        foreach (var (file, node) in nodes.CallFiles().ToList())
        {
            using (var input = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite)))
            {
                history.Read(input, node);
            }
        }

        var operations = clients.Operations;
        _storeCalls += history.Count;
        _families += clients.Sessions.Count;
        foreach (var operation in operations)
        {
            var outcome = !operation.IsAnswered ? "unknown" : operation.Reply!.Result == NodeReply.Rejected ? "rejected" : "done";
            _outcomes[outcome] = _outcomes.GetValueOrDefault(outcome) + 1;
        }

        _findings.AddRange(EngineRules.Check(operations));
        _findings.AddRange(history.Check().Select(anomaly => new Finding(
            RuleNames.Linearizable, string.Create(CultureInfo.InvariantCulture, $"family {anomaly.FamilyId.ToString("N")[..8]}"), "No order of the store's calls explains its answers.", anomaly.Calls)));
    }
}

/// <summary>What a run did and found.</summary>
internal sealed record RunResult(
    string Setup,
    string? Sabotage,
    int Seed,
    int Rounds,
    TimeSpan Time,
    int Families,
    int StoreCalls,
    IReadOnlyDictionary<string, int> Outcomes,
    IReadOnlyDictionary<string, int> Faults,
    IReadOnlyList<Finding> Findings)
{
    public int Operations => Outcomes.Values.Sum();

    /// <summary>Whether it is as it should be: nothing is found, or in a sabotage a rule other than that the nodes recover. A set-up that does not work at all breaks that one.</summary>
    public bool IsExpected => Sabotage is null ? Findings.Count == 0 : Findings.Any(static finding => finding.Rule != RuleNames.Recovers);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Setup}{(Sabotage is null ? string.Empty : $" ({Sabotage})")}, seed {Seed}: {Time.TotalSeconds:0} s, {Rounds} rounds, {Families} families, {Operations} operations ({Join(Outcomes)}), {StoreCalls} store calls, faults: {Join(Faults)}; {(Findings.Count == 0 ? "0 anomalies" : $"ANOMALIES: {Join(Findings.CountBy(static finding => finding.Rule).ToDictionary())}")}");

    /// <summary>The first findings with their histories.</summary>
    public string Describe(int findings = 3, int lines = 40) => string.Join('\n', Findings.Take(findings).Select(finding =>
        $"{finding.Rule}: {finding.Family}\n{finding.What}\n{string.Join('\n', finding.History.TakeLast(lines))}"));

    private static string Join(IReadOnlyDictionary<string, int> counts) =>
        string.Join(", ", counts.Select(static count => string.Create(CultureInfo.InvariantCulture, $"{count.Value} {count.Key}")));
}
