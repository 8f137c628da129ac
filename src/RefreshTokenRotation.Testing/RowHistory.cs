using System.Collections.Concurrent;

namespace RefreshTokenRotation.Testing;

/// <summary>What each row was after each of its writes, for stale reads.</summary>
internal sealed class RowHistory
{
    private readonly ConcurrentDictionary<Opaque256, List<TokenFamily?>> _rows = new();

    /// <summary>Keeps a row as a write left it; null for a deletion.</summary>
    public void Append(Opaque256 lookupKey, TokenFamily? row)
    {
        var versions = _rows.GetOrAdd(lookupKey, static _ => []);
        lock (versions)
        {
            versions.Add(row);
        }
    }

    /// <summary>The row before its last writes; null if it was not there.</summary>
    public TokenFamily? Before(Opaque256 lookupKey, int writes)
    {
        if (!_rows.TryGetValue(lookupKey, out var versions))
        {
            return null;
        }

        lock (versions)
        {
            return versions.Count > writes ? versions[versions.Count - 1 - writes] : null;
        }
    }
}
