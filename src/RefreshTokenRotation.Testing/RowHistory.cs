using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace RefreshTokenRotation.Testing;

/// <summary>What each row was after each of its writes, for stale reads.</summary>
internal sealed class RowHistory
{
    private readonly ConcurrentDictionary<Opaque256, ImmutableList<TokenFamily?>> _rows = new();

    /// <summary>Keeps a row as a write left it; null for a deletion.</summary>
    public void Append(Opaque256 lookupKey, TokenFamily? row) =>
        _rows.AddOrUpdate(lookupKey, static (_, row) => [row], static (_, versions, row) => versions.Add(row), row);

    /// <summary>The row before its last writes; null if it was not there.</summary>
    public TokenFamily? Before(Opaque256 lookupKey, int writes) =>
        _rows.TryGetValue(lookupKey, out var versions) && versions.Count > writes ? versions[^(1 + writes)] : null;
}
