namespace RefreshTokenRotation.Sqlite;

/// <summary>What an answered write survives. Either survives the end of the process, however sudden.</summary>
public enum SqliteDurability
{
    /// <summary>A loss of power too: the write is on the disk before the answer (<c>synchronous=FULL</c>).</summary>
    Full = 1,

    /// <summary>Not a loss of power or a crash of the operating system, which may forget the last writes (<c>synchronous=NORMAL</c>). A client
    /// whose rotation was forgotten then looks like a thief, and its user logs in again. The file stays sound.</summary>
    Relaxed = 2,
}
