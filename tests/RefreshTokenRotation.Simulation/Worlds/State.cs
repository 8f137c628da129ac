namespace RefreshTokenRotation.Simulation.Worlds;

/// <summary>A world at one moment. Arrays are never changed in place. Rows and tokens are numbers of the universe.</summary>
internal sealed record State
{
    /// <summary>Seconds since the start.</summary>
    public int Now { get; init; }

    public int Policy { get; init; }

    /// <summary>The stored row of each family, or -1 if it was deleted.</summary>
    public required int[] Rows { get; init; }

    /// <summary>Each row before its last write; kept where reads may be stale.</summary>
    public int[] Former { get; init; } = [];

    public required Ledger[] Ledgers { get; init; }

    public required Actor[] Actors { get; init; }

    /// <summary>The calls that run, in a fixed order.</summary>
    public Running[] Calls { get; init; } = [];

    public LateWrite[] LateWrites { get; init; } = [];

    public Budget Budget { get; init; }

    public Theft Theft { get; init; }

    /// <summary>The host has asked for a revocation.</summary>
    public bool Revoked { get; init; }

    /// <summary>
    /// A request of a client arrived, and wrote, when the client had been answered on another and gone on. Without leeway it need not
    /// even arrive late.
    /// </summary>
    public bool Delayed { get; init; }

    /// <summary>All numbers of the state, as bytes.</summary>
    public byte[] Key(KeyWriter key)
    {
        key.Clear();
        key.Add(Now);
        key.Add(Policy);
        key.Add((Revoked ? 1 : 0) + (Delayed ? 2 : 0));
        key.AddRange(Rows);
        key.AddRange(Former);
        foreach (var ledger in Ledgers)
        {
            ledger.AddTo(key);
        }

        foreach (var actor in Actors)
        {
            actor.AddTo(key);
        }

        key.Add(Calls.Length);
        foreach (var call in Calls)
        {
            call.AddTo(key);
        }

        foreach (var write in LateWrites)
        {
            write.AddTo(key);
        }

        Budget.AddTo(key);
        Theft.AddTo(key);
        return key.ToArray();
    }

    public State WithActor(int actor, Actor value) => this with { Actors = Replace(Actors, actor, value) };

    public State WithLedger(int family, Ledger value) => this with { Ledgers = Replace(Ledgers, family, value) };

    public State WithCall(int index, Running value) => this with { Calls = Ordered(Replace(Calls, index, value)) };

    public State WithoutCall(int index) => this with { Calls = [.. Calls[..index], .. Calls[(index + 1)..]] };

    public State PlusCall(Running call) => this with { Calls = Ordered([.. Calls, call]) };

    public State WithRow(int family, int row, bool keepsFormer) => this with
    {
        Rows = Replace(Rows, family, row),
        Former = keepsFormer ? Replace(Former, family, Rows[family]) : Former,
    };

    private static T[] Replace<T>(T[] values, int index, T value)
    {
        var copy = (T[])values.Clone();
        copy[index] = value;
        return copy;
    }

    private static Running[] Ordered(Running[] calls)
    {
        Array.Sort(calls, static (x, y) => x.Node.Id.CompareTo(y.Node.Id));
        return calls;
    }
}
