using System.Data.Common;

namespace RefreshTokenRotation.Relational;

/// <summary>A server that refuses to write: a standby that an address led to, or a session that was opened while the server was read only.</summary>
/// <remarks>For a second after the last of several new sessions was refused too, none is opened for another try: it would help nobody, and be one more load.</remarks>
internal sealed class ReadOnlyServer(TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private volatile bool _wasFutile;
    private long _futileAt;

    /// <summary>Whether a new session may lead to a server that writes.</summary>
    public bool IsWorthAnotherTry => !_wasFutile || time.GetElapsedTime(Volatile.Read(ref _futileAt)) >= Pause;

    /// <summary>The SQLSTATE <c>read_only_sql_transaction</c>, at whatever depth: nothing was written.</summary>
    public static bool Refused(Exception? fault) => fault is DbException { SqlState: "25006" } || (fault is not null && Refused(fault.InnerException));

    /// <summary>Says that the last try was refused too.</summary>
    public void GiveUp()
    {
        Volatile.Write(ref _futileAt, time.GetTimestamp());
        _wasFutile = true;
    }
}
