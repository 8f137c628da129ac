namespace RefreshTokenRotation.Simulation.Worlds;

/// <summary>A small world: who acts, what may go wrong, and how often. Everything that fits in these bounds is explored.</summary>
internal sealed record World(string Name)
{
    /// <summary>The policy that holds at first, and those that it may change to.</summary>
    public required IReadOnlyList<RotationPolicy> Policies { get; init; }

    /// <summary>Honest clients: tabs of one log-in, or, with <see cref="SeparateLogIns"/>, devices of one user.</summary>
    public int Clients { get; init; } = 1;

    public bool SeparateLogIns { get; init; }

    /// <summary>Whether tabs read and write one storage; else each holds its own copy.</summary>
    public bool SharedStorage { get; init; }

    /// <summary>Whether clients never store what an answer brings, and go on with their first token.</summary>
    public bool NeverStores { get; init; }

    /// <summary>How many exchanges each client may begin.</summary>
    public int ClientCalls { get; init; } = 3;

    /// <summary>How many exchanges the thief may begin; with 0 there is none.</summary>
    public int ThiefCalls { get; init; }

    /// <summary>How often the thief may copy what a client holds, or what a client was sent.</summary>
    public int Thefts { get; init; } = 1;

    /// <summary>How the thief authenticates, which is not always as the client.</summary>
    public string ThiefClient { get; init; } = Calls.Universe.Client;

    /// <summary>The key that the family is bound to, and the one that the thief proves.</summary>
    public string? Key { get; init; }

    public string? ThiefKey { get; init; }

    /// <summary>Whether the thief asks for scope beyond the grant each time: to test a token without being noticed.</summary>
    public bool ThiefAsksTooMuch { get; init; }

    /// <summary>Store calls that fail before or after their effect, swaps told as conflicts though written, and crashes of a caller.</summary>
    public int Faults { get; init; }

    /// <summary>Whether a failed write may also land at any later time.</summary>
    public bool LateWrites { get; init; } = true;

    /// <summary>Whether a find may return the row as it was one write ago. This breaks the store's contract.</summary>
    public bool StaleReads { get; init; }

    /// <summary>Whether the store writes whatever the version is. This breaks its contract.</summary>
    public bool IgnoresVersions { get; init; }

    /// <summary>Responses that never arrive, or that a client no longer waits for.</summary>
    public int Losses { get; init; }

    /// <summary>Whether a client may give up and retry while its first call still runs.</summary>
    public bool GivesUp { get; init; }

    /// <summary>By how many seconds time may pass at once, and how often it may.</summary>
    public IReadOnlyList<int> Ticks { get; init; } = [];

    public int TickCount { get; init; }

    public int PolicyChanges { get; init; }

    public int ConfirmedUses { get; init; }

    public int Revocations { get; init; }

    /// <summary>How many calls run at a time.</summary>
    public int Parallel { get; init; } = 2;

    /// <summary>The nodes' clocks, in seconds off.</summary>
    public IReadOnlyList<int> Nodes { get; init; } = [0];

    /// <summary>Whether an access token is signed between the decision and the write.</summary>
    public bool SlowSigner { get; init; }

    public int Families => SeparateLogIns ? Clients : 1;

    public int Thief => Clients;

    public int Host => Clients + 1;

    /// <summary>By how much clocks differ at most, and so by how much a window may be off.</summary>
    public int Drift => Nodes.Max() - Nodes.Min();

    /// <summary>One client, its own storage, and nobody else: it must never be logged out without need.</summary>
    public bool IsOneHonestClient => Clients == 1 && ThiefCalls == 0 && PolicyChanges == 0;

    /// <summary>One client and one thief who can do all that the client can.</summary>
    public bool IsTheft => Clients == 1 && ThiefCalls > 0 && PolicyChanges == 0 && ThiefClient == Calls.Universe.Client && ThiefKey == Key && !ThiefAsksTooMuch;

    /// <summary>
    /// Whether the client may be logged out by a request that arrived too late: <see cref="Rules.ClientRules"/> says why it has to be.
    /// </summary>
    public bool ExcusesLateRequests { get; init; } = true;

    public override string ToString() => Name;

    public int FamilyOf(int client) => SeparateLogIns ? client : 0;

    public string NameOf(int actor) =>
        actor == Thief ? "thief"
        : actor == Host ? "host"
        : Clients == 1 ? "client"
        : SeparateLogIns ? $"device {actor + 1}"
        : $"tab {actor + 1}";
}
