namespace RefreshTokenRotation.Redis.Internal;

/// <summary>Walks over the families that may match a filter, in the order of a list, through the narrowest index that the filter names.</summary>
/// <remarks>An index of a user is in one bucket. Of other indexes each bucket has its part, and the walk merges them.</remarks>
internal sealed class FamilyWalk
{
    private readonly RedisConnection _connection;
    private readonly RedisValue _most;
    private readonly int _chunk;
    private readonly PriorityQueue<Part, string> _heads = new(StringComparer.Ordinal);
    private readonly List<Part> _empty;

    /// <summary>Begins a walk.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="filter">The filter. It names no family.</param>
    /// <param name="after">Where the walk begins.</param>
    /// <param name="size">How many are wanted at a time.</param>
    public FamilyWalk(RedisConnection connection, TokenFamilyFilter filter, TokenFamilyCursor? after, int size)
    {
        _connection = connection;
        _most = filter.CreatedNoLaterThan is { } bound ? "(" + KeyNames.Digits(bound.UtcTicks + 1) : "+";
        var least = after is { } place ? "(" + KeyNames.Member(place) : "-";
        var index = filter switch
        {
            { AuthorizationId: { } authorization } => "a:" + KeyNames.Digest(filter.TenantId, authorization),
            { SessionId: { } session } => "s:" + KeyNames.Digest(filter.TenantId, session),
            { Subject: { } subject } => "u:" + KeyNames.Digest(filter.TenantId, subject),
            { ClientId: { } client } => "c:" + KeyNames.Digest(filter.TenantId, client),
            _ => "t:" + KeyNames.Digest(filter.TenantId),
        };
        var buckets = filter.Subject is { } user ? [KeyNames.BucketOf(filter.TenantId, user)] : Enumerable.Range(0, KeyNames.Buckets).ToArray();
        _chunk = buckets.Length == 1 ? size : Math.Max(8, size / 16);
        _empty = [.. buckets.Select(bucket => new Part(bucket, connection.Names.Bucket(bucket) + index, least))];
    }

    /// <summary>The next families, at most so many: bucket and id of each. Fewer only at the end.</summary>
    public async ValueTask<List<(int Bucket, string Id)>> NextAsync(int count, CancellationToken cancellationToken)
    {
        var next = new List<(int Bucket, string Id)>();
        while (next.Count < count)
        {
            await RefillAsync(cancellationToken).ConfigureAwait(false);
            if (!_heads.TryDequeue(out var part, out var member))
            {
                break;
            }

            next.Add((part.Bucket, member[^32..]));
            Queue(part);
        }

        return next;
    }

    /// <summary>The least of all is known only while each part that may go on shows its next.</summary>
    private async ValueTask RefillAsync(CancellationToken cancellationToken)
    {
        if (_empty.Count == 0)
        {
            return;
        }

        var parts = _empty.ToArray();
        _empty.Clear();
        var reads = await Task.WhenAll(parts.Select(
            part => _connection.ReadAsync(Script.Range, part.Index, [part.Least, _most, _chunk], cancellationToken))).ConfigureAwait(false);
        for (var i = 0; i < parts.Length; i++)
        {
            var members = (string[])reads[i]!;
            foreach (var member in members)
            {
                parts[i].Members.Enqueue(member);
            }

            parts[i].IsOver = members.Length < _chunk;
            parts[i].Least = members.Length == 0 ? parts[i].Least : "(" + members[^1];
            Queue(parts[i]);
        }
    }

    private void Queue(Part part)
    {
        if (part.Members.TryDequeue(out var member))
        {
            _heads.Enqueue(part, member);
        }
        else if (!part.IsOver)
        {
            _empty.Add(part);
        }
    }

    private sealed class Part(int bucket, RedisKey index, RedisValue least)
    {
        public int Bucket { get; } = bucket;

        public RedisKey Index { get; } = index;

        public RedisValue Least { get; set; } = least;

        public Queue<string> Members { get; } = [];

        public bool IsOver { get; set; }
    }
}
