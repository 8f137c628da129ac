namespace RefreshTokenRotation.Redis;

/// <summary>What the host requires of the server at startup, so that a completed write survives.</summary>
public enum RedisDurability
{
    /// <summary>A power loss too: <c>appendonly yes</c> and <c>appendfsync always</c>.</summary>
    EveryWrite = 1,

    /// <summary>All but the last second or two before a crash of the machine: <c>appendonly yes</c>, and <c>appendfsync everysec</c> will do. A client whose
    /// rotation was lost then looks like a thief, and its user logs in again; a revocation of that second is undone.</summary>
    EverySecond = 2,

    /// <summary>Whatever the server does: the host reads none of its settings. For a managed server that doesn't show them, and for development.</summary>
    Unchecked = 3,
}
