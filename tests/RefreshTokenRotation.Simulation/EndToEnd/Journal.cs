using System.Globalization;

namespace RefreshTokenRotation.Simulation.EndToEnd;

/// <summary>What happened: a hash of it all, and the words where somebody will read them.</summary>
internal sealed class Journal(Agenda agenda, bool isRead)
{
    private const ulong Prime = 0x100000001B3;

    private readonly List<Line> _lines = [];

    public ulong Hash { get; private set; } = 0xCBF29CE484222325;

    public bool IsRead => isRead;

    public IReadOnlyList<Line> Lines => _lines;

    /// <summary>Counts it in.</summary>
    public void Note(Happening what, int who, long which = 0)
    {
        Mix((ulong)agenda.Now.Ticks);
        Mix((ulong)what);
        Mix((ulong)who);
        Mix((ulong)which);
    }

    /// <summary>Writes a line. Ask <see cref="IsRead"/> before words are made.</summary>
    public void Write(int user, Guid? family, string who, string title, string words) => _lines.Add(new(agenda.Now, user, family, who, title, words));

    private void Mix(ulong value)
    {
        for (var shift = 0; shift < 64; shift += 8)
        {
            Hash = (Hash ^ ((value >> shift) & 0xFF)) * Prime;
        }
    }

    internal sealed record Line(TimeSpan At, int User, Guid? Family, string Who, string Title, string Words)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"day {At.Days + 1,2} {At:hh\\:mm\\:ss\\.fff}  {Who,-10} {Title,-18} {Words}");
    }
}

/// <summary>The kinds of what happens.</summary>
internal enum Happening
{
    Sent = 1,
    Lost,
    Repeated,
    Refused,
    Succeeded,
    Failed,
    Received,
    Killed,
    Crashed,
    Started,
    LoggedIn,
    Committed,
    Faulted,
    Stolen,
}
