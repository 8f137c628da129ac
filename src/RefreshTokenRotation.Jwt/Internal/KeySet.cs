namespace RefreshTokenRotation.Jwt.Internal;

/// <summary>What holds of the keys between two instants at which something changes.</summary>
internal sealed class KeySet
{
    private readonly Dictionary<string, KeyMaterial> _byHeader = [];
    private readonly DateTimeOffset _from;
    private readonly DateTimeOffset _until;

    public KeySet(IReadOnlyList<SigningKey> keys, DateTimeOffset now)
    {
        // Keys of the future are published, so that validators know them before they sign. They validate too: the clock of another node
        // may be ahead.
        var published = keys.Where(key => now < (key.ValidUntil ?? DateTimeOffset.MaxValue)).ToArray();
        Active = published
            .Where(key => (key.ActivatesAt ?? DateTimeOffset.MinValue) <= now && now < (key.RetiresAt ?? DateTimeOffset.MaxValue))
            .OrderByDescending(static key => key.ActivatesAt ?? DateTimeOffset.MinValue)
            .ThenByDescending(static key => key.KeyId, StringComparer.Ordinal)
            .FirstOrDefault();
        foreach (var key in published)
        {
            _byHeader.Add(key.Material.AccessTokenHeader, key.Material);
        }

        Count = published.Length;
        Json = $"{{\"keys\":[{string.Join(',', published.Select(static key => key.Material.PublicKey))}]}}";
        var changes = keys.SelectMany(static key => new[] { key.ActivatesAt, key.RetiresAt, key.ValidUntil }).OfType<DateTimeOffset>().ToArray();
        _from = changes.Where(change => change <= now).DefaultIfEmpty(DateTimeOffset.MinValue).Max();
        _until = changes.Where(change => change > now).DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
    }

    /// <summary>The key that signs; null if none is active.</summary>
    public SigningKey? Active { get; }

    /// <summary>How many keys are published.</summary>
    public int Count { get; }

    /// <summary>The JSON Web Key Set.</summary>
    public string Json { get; }

    public bool HoldsAt(DateTimeOffset now) => _from <= now && now < _until;

    /// <summary>The key of an access token, by its first segment: key, algorithm and type are compared in one, and no header is ever parsed.</summary>
    public KeyMaterial? Find(ReadOnlySpan<char> header) =>
        _byHeader.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(header, out var key) ? key : null;
}
