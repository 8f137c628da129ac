namespace AuthorizationServer.Lab;

/// <summary>What the lab remembers about a family, to draw it. The engine keeps only one row.</summary>
internal sealed class LabFamily(int number, Guid id)
{
    public int Number => number;

    public Guid Id => id;

    /// <summary>Every token that it issued.</summary>
    public List<LabToken> Chain { get; } = [];

    /// <summary>The token that the current one replaced.</summary>
    public LabToken? Previous { get; set; }

    public DateTimeOffset? RotatedAt { get; set; }

    /// <summary>Whether the engine detected reuse in it.</summary>
    public bool HasAlarm { get; set; }
}
