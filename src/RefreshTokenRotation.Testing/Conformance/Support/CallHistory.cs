using System.Globalization;
using System.Text;

namespace RefreshTokenRotation.Testing.Conformance.Support;

/// <summary>The calls of a case: the last ones in words, and each with its place in time.</summary>
internal sealed class CallHistory
{
    private const int Kept = 120;

    private readonly Lock _lock = new();
    private readonly Queue<Entry> _entries = new();
    private long _clock;
    private int _count;

    /// <summary>A place in time, behind every place that was given out before.</summary>
    public long Tick() => Interlocked.Increment(ref _clock);

    public Entry Begin(string node, string call)
    {
        lock (_lock)
        {
            var entry = new Entry(++_count, node, call);
            _entries.Enqueue(entry);
            if (_entries.Count > Kept)
            {
                _entries.Dequeue();
            }

            return entry;
        }
    }

    public override string ToString()
    {
        lock (_lock)
        {
            var text = new StringBuilder();
            if (_count > _entries.Count)
            {
                text.Append(CultureInfo.InvariantCulture, $"  ... {_count - _entries.Count} earlier calls\n");
            }

            foreach (var entry in _entries)
            {
                text.Append(CultureInfo.InvariantCulture, $"  {entry}\n");
            }

            return text.Length == 0 ? "  no call" : text.ToString().TrimEnd('\n');
        }
    }

    internal sealed class Entry(int number, string node, string call)
    {
        private volatile string? _answer;

        public void End(string answer) => _answer = answer;

        public override string ToString() =>
            string.Create(CultureInfo.InvariantCulture, $"#{number} {node} {call} -> {_answer ?? "no answer yet"}");
    }
}
