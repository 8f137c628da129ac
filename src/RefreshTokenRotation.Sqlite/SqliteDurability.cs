namespace RefreshTokenRotation.Sqlite;

/// <summary>What a completed write survives. With either value it survives the end of the process, however sudden.</summary>
public enum SqliteDurability
{
    /// <summary>A power loss too: the write is on the disk before the call returns (<c>synchronous=FULL</c>).</summary>
    Full = 1,

    /// <summary>Not a loss of power or a crash of the operating system, which may lose the last writes (<c>synchronous=NORMAL</c>). A client
    /// whose rotation was lost then looks like a thief, and its user logs in again. The file is not damaged.</summary>
    Relaxed = 2,
}
