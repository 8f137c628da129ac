using System.Diagnostics;
using RefreshTokenRotation.Simulation.Calls;
using RefreshTokenRotation.Simulation.Engines;
using RefreshTokenRotation.Simulation.Rules;

namespace RefreshTokenRotation.Simulation.Worlds;

/// <summary>Visits every reachable state of a world once, nearest first, so that the first broken rule has a shortest trace.</summary>
/// <remarks>
/// A state is compared by all of its numbers, not by a hash of them. That states are merged loses nothing: what a call does next depends on
/// what it was told alone (<see cref="CallNode"/>), and all else is in the state.
/// </remarks>
internal sealed class Explorer
{
    private readonly World _world;
    private readonly CallTree _calls;
    private readonly State _start;
    private readonly List<(int Parent, int Move)> _trail = [];

    /// <summary>Every row and token that came up.</summary>
    public Universe Universe { get; } = new();

    public Explorer(World world, Func<Stage, Universe, RealEngine, IEngine>? engine = null)
    {
        _world = world;
        var stage = new Stage(Universe, world.Policies);
        var real = new RealEngine(stage);
        _calls = new CallTree(Universe, stage, engine?.Invoke(stage, Universe, real) ?? real);
        _start = Start(stage, real);
    }

    /// <summary>Explores until there is no new state, a rule is broken, or the bound is reached.</summary>
    /// <param name="maxStates">The bound.</param>
    /// <param name="only">The one rule that counts; null for all.</param>
    public Findings Run(int maxStates = int.MaxValue, Rule? only = null)
    {
        var clock = Stopwatch.StartNew();
        var writer = new KeyWriter();
        var seen = new HashSet<byte[]>(new KeyComparer()) { _start.Key(writer) };
        var queue = new Queue<(State State, int Depth)>();
        queue.Enqueue((_start, 0));
        _trail.Add((-1, -1));
        var moves = new List<Move>();
        var generator = new Moves(_world, Universe, _calls);
        var transitions = 0L;
        var depth = 0;
        for (var current = 0; queue.TryDequeue(out var entry) && seen.Count < maxStates; current++)
        {
            depth = entry.Depth;
            moves.Clear();
            generator.AddTo(moves, entry.State);
            transitions += moves.Count;
            for (var i = 0; i < moves.Count; i++)
            {
                if (moves[i].Broken is { } rule && (only is null || rule == only))
                {
                    return new Findings(_world, seen.Count, transitions, depth + 1, clock.Elapsed, rule, Trace(current, i));
                }

                if (seen.Add(moves[i].Next.Key(writer)))
                {
                    _trail.Add((current, i));
                    queue.Enqueue((moves[i].Next, entry.Depth + 1));
                }
            }
        }

        return new Findings(_world, seen.Count, transitions, depth, clock.Elapsed, null, []) { IsComplete = queue.Count == 0 };
    }

    private State Start(Stage stage, RealEngine real)
    {
        var rows = new int[_world.Families];
        var ledgers = new Ledger[_world.Families];
        var actors = new Actor[_world.Clients + 2];
        Array.Fill(actors, new Actor(-1, 0, 0, false, -1, 0, []));
        actors[_world.Thief] = actors[_world.Thief] with { Left = _world.ThiefCalls };
        for (var client = 0; client < _world.Clients; client++)
        {
            var family = _world.FamilyOf(client);
            if (family == client)
            {
                stage.Begin(new CallRoot(CallKind.Exchange, 200 + client, 0, -1), null);
                var token = Universe.TokenId(real.IssueAsync(_world.Key).AsTask().GetAwaiter().GetResult());
                rows[family] = Universe.RowId(stage.Added!);
                ledgers[family] = Ledger.Of(stage.Added!, _world.Policies[0], Universe);
                actors[client] = actors[client] with { Held = token };
            }

            actors[client] = actors[client] with { Held = actors[family].Held, Left = _world.ClientCalls };
        }

        return new State
        {
            Rows = rows,
            Former = _world.StaleReads ? [.. rows] : [],
            Ledgers = ledgers,
            Actors = actors,
            Budget = new Budget(
                _world.Faults, _world.Losses, _world.TickCount, _world.PolicyChanges, _world.ConfirmedUses, _world.Revocations, _world.Thefts),
        };
    }

    /// <summary>Walks the shortest way again, this time telling what happens.</summary>
    private List<string> Trace(int state, int last)
    {
        var choices = new Stack<int>([last]);
        for (; state > 0; state = _trail[state].Parent)
        {
            choices.Push(_trail[state].Move);
        }

        var teller = new Moves(_world, Universe, _calls) { Tells = true };
        var lines = new List<string>();
        var at = _start;
        foreach (var choice in choices)
        {
            var moves = new List<Move>();
            teller.AddTo(moves, at);
            lines.Add(moves[choice].Text);
            at = moves[choice].Next;
        }

        return lines;
    }

    private sealed class KeyComparer : IEqualityComparer<byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] key)
        {
            var hash = default(HashCode);
            hash.AddBytes(key);
            return hash.ToHashCode();
        }
    }
}
