using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;

namespace RefreshTokenRotation.Testing.Conformance.Support;

/// <summary>The calls of a case: the last ones in words, and each with its place in time.</summary>
internal sealed partial class CallHistory
{
    private const int Kept = 2000;

    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<Opaque256, string> _families = new();
    private readonly Queue<Entry> _entries = new();
    private long _clock;
    private int _count;

    /// <summary>A place in time, behind every place that was given out before.</summary>
    public long Tick() => Interlocked.Increment(ref _clock);

    /// <summary>Remembers which family a lookup key belongs to: no key is ever shown.</summary>
    public string Know(Opaque256 lookupKey, string family)
    {
        _families[lookupKey] = family[..8];
        return family;
    }

    public string NameOf(Opaque256 lookupKey) => _families.GetValueOrDefault(lookupKey, "an unknown key");

    /// <summary>Makes a call and remembers it, with its answer or its exception.</summary>
    public async ValueTask<T> RecordAsync<T>(string node, string call, Func<ValueTask<T>> run, Func<T, string> describe)
    {
        Entry entry;
        lock (_lock)
        {
            entry = new Entry(++_count, node, call);
            _entries.Enqueue(entry);
            if (_entries.Count > Kept)
            {
                _entries.Dequeue();
            }
        }

        try
        {
            var answer = await run().ConfigureAwait(false);
            entry.End(describe(answer));
            return answer;
        }
        catch (Exception exception)
        {
            entry.End(exception.GetType().Name);
            throw;
        }
    }

    /// <summary>The calls that concern the first family that an observation names; all of them if it names none.</summary>
    public string About(string observation)
    {
        var id = FamilyId().Match(observation) is { Success: true } match ? match.Value[..8] : string.Empty;
        lock (_lock)
        {
            var lines = _entries.Where(entry => entry.Concerns(id)).Select(entry => $"  {entry}").ToList();
            return lines.Count == 0 ? "  no call" : string.Join('\n', lines);
        }
    }

    [GeneratedRegex("(?<=family )[0-9a-f]{8}", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex FamilyId();

    private sealed class Entry(int number, string node, string call)
    {
        private volatile string? _answer;

        /// <summary>Whether the call names the family, or may concern any.</summary>
        public bool Concerns(string id) =>
            id.Length == 0 || call.Contains(id, StringComparison.Ordinal) || _answer?.Contains(id, StringComparison.Ordinal) == true
            || call.StartsWith("revoke ", StringComparison.Ordinal) || call.StartsWith("delete ", StringComparison.Ordinal) || call.StartsWith("prune ", StringComparison.Ordinal);

        public void End(string answer) => _answer = answer;

        public override string ToString() =>
            string.Create(CultureInfo.InvariantCulture, $"#{number} {node} {call} -> {_answer ?? "no answer yet"}");
    }
}
