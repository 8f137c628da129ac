using System.Collections.ObjectModel;

namespace RefreshTokenRotation.Internal;

/// <summary>
/// Hands out one instance of what many families have in common, so that a store in memory keeps it once: client ids, user agents, and lists of scopes
/// and resources. Bounded: a value that falls on another's place replaces it.
/// </summary>
internal sealed class ValueInterner
{
    private const int Places = 256;

    private readonly string?[] _texts = new string?[Places];
    private readonly ReadOnlyCollection<string>?[] _lists = new ReadOnlyCollection<string>?[Places];

    public string Text(string value)
    {
        ref var place = ref _texts[(uint)value.GetHashCode(StringComparison.Ordinal) % Places];
        var known = Volatile.Read(ref place);
        if (string.Equals(known, value, StringComparison.Ordinal))
        {
            return known!;
        }

        Volatile.Write(ref place, value);
        return value;
    }

    /// <summary>A list with the same values, each once, in the order of their first appearance.</summary>
    public IReadOnlyList<string> Distinct(IReadOnlyList<string> values)
    {
        if (values.Count == 0)
        {
            return [];
        }

        var hash = default(HashCode);
        for (var i = 0; i < values.Count; i++)
        {
            hash.Add(values[i], StringComparer.Ordinal);
        }

        ref var place = ref _lists[(uint)hash.ToHashCode() % Places];
        var known = Volatile.Read(ref place);
        if (known is not null && known.SequenceEqual(values))
        {
            return known;
        }

        // Read-only in fact: a caller that casts must not reach other families.
        var distinct = Array.AsReadOnly([.. values.Distinct(StringComparer.Ordinal)]);
        Volatile.Write(ref place, distinct);
        return distinct;
    }
}
