using RefreshTokenRotation.Torture.Nodes;

namespace RefreshTokenRotation.Torture.Runs;

/// <summary>The nodes of a run: each place has one process, and another one after that was killed.</summary>
internal sealed class NodePool(Func<int, StoreAddress> addressOf, int count, string folder) : IAsyncDisposable
{
    private readonly NodeProcess?[] _nodes = new NodeProcess?[count];
    private readonly int[] _incarnations = new int[count];
    private int _round;

    public int Count => count;

    /// <summary>How often a node was killed.</summary>
    public int Kills { get; private set; }

    public NodeProcess? At(int place) => Volatile.Read(ref _nodes[place]);

    public string NameOf(int place) => $"node {place + 1}.{_incarnations[place]}";

    public Task StartAllAsync() => Task.WhenAll(Enumerable.Range(0, count).Select(StartAsync));

    public async Task KillAsync(int place)
    {
        if (Interlocked.Exchange(ref _nodes[place], null) is { } node)
        {
            Kills++;
            await node.DisposeAsync();
        }
    }

    public async Task StartAsync(int place)
    {
        if (_nodes[place] is null)
        {
            _incarnations[place]++;
            Volatile.Write(ref _nodes[place], await NodeProcess.StartAsync(addressOf(place), FileOf(place)));
        }
    }

    /// <summary>Starts those that are gone, and replaces those that still owe an answer.</summary>
    public async Task HealAsync()
    {
        for (var place = 0; place < count; place++)
        {
            _nodes[place]?.Continue();
            if (_nodes[place] is { OpenCommands: > 0 } or { IsGone: true })
            {
                await KillAsync(place);
            }

            await StartAsync(place);
        }
    }

    /// <summary>Writes the store calls of the next round to files of their own.</summary>
    public async Task BeginRoundAsync(int round)
    {
        _round = round;
        for (var place = 0; place < count; place++)
        {
            await _nodes[place]!.AskAsync(new NodeCommand(CommandKind.WriteTo, File: FileOf(place)));
        }
    }

    /// <summary>The files of the store calls of this round, with their nodes' names.</summary>
    public IEnumerable<(string File, string Node)> CallFiles() => Directory.GetFiles(folder, $"round-{_round}-*")
        .Select(static file => (file, $"node {Path.GetFileNameWithoutExtension(file).Split('-', 3)[2]}"));

    public async ValueTask DisposeAsync()
    {
        for (var place = 0; place < count; place++)
        {
            await KillAsync(place);
        }
    }

    private string FileOf(int place) => Path.Combine(folder, $"round-{_round}-{place + 1}.{_incarnations[place]}.calls");
}
