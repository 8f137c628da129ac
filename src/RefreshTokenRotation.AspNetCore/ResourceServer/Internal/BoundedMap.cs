using System.Diagnostics.CodeAnalysis;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>A dictionary that forgets the entry that was not needed for longest when it is full. Not thread-safe: its owner locks.</summary>
internal sealed class BoundedMap<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> _nodes = [];
    private readonly LinkedList<(TKey Key, TValue Value)> _byUse = [];

    public int Count => _nodes.Count;

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (!_nodes.TryGetValue(key, out var node))
        {
            value = default;
            return false;
        }

        _byUse.Remove(node);
        _byUse.AddFirst(node);
        value = node.Value.Value;
        return true;
    }

    public void Set(TKey key, TValue value)
    {
        Remove(key);
        if (_nodes.Count >= capacity)
        {
            Remove(_byUse.Last!.Value.Key);
        }

        _nodes.Add(key, _byUse.AddFirst((key, value)));
    }

    public void Remove(TKey key)
    {
        if (_nodes.Remove(key, out var node))
        {
            _byUse.Remove(node);
        }
    }
}
