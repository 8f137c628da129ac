namespace RefreshTokenRotation.Torture.Nodes;

/// <summary>What a node is asked to do.</summary>
internal enum CommandKind
{
    LogIn = 1,
    Exchange,
    LogOut,
    RevokeFamily,
    RevokeUser,
    DeleteUser,
    Introspect,
    List,
    Prune,

    /// <summary>Moves the node's clock.</summary>
    SetClock,

    /// <summary>Writes the store calls from now on to another file.</summary>
    WriteTo,
}

/// <summary>One line to a node.</summary>
internal sealed record NodeCommand(
    CommandKind Kind, long Id = 0, string? Token = null, string? Subject = null, string? Client = null, Guid? FamilyId = null, long Ticks = 0, string? File = null);

/// <summary>One line from a node.</summary>
/// <param name="Id">The command's.</param>
/// <param name="Result">What the engine answered: an outcome's or a reason's name, or <see cref="Unavailable"/>.</param>
internal sealed record NodeReply(long Id, string Result)
{
    public const string Unavailable = "Unavailable";
    public const string Rejected = "Rejected";
    public const string Done = "Done";

    public string? Token { get; init; }

    public Guid? FamilyId { get; init; }

    public long Generation { get; init; }

    public string? Reason { get; init; }

    public IReadOnlyList<Guid> Evicted { get; init; } = [];

    public IReadOnlyList<ListedFamily> Families { get; init; } = [];
}

internal sealed record ListedFamily(Guid FamilyId, long Generation, FamilyState State);
