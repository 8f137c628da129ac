using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Redis.Internal;

/// <summary>Families in Redis, a hash each. An exchange costs two scripts, and in a cluster a third one for the pointer.</summary>
/// <remarks>A script is atomic, and none looks at more than a batch of families. Nothing expires by itself: families end by the times in their rows.</remarks>
internal sealed class RedisTokenStore(RedisConnection connection, TimeProvider time) : ITokenStore
{
    /// <summary>How many families a list, a revocation or a pruning handles at a time.</summary>
    private const int BatchSize = 200;

    /// <summary>How many families one script of a pruning looks at: about a millisecond.</summary>
    private const int PruneSize = 50;

    private readonly KeyNames _names = connection.Names;

    public bool KeepsTrail => true;

    public async ValueTask<TokenFamily?> FindAsync(Opaque256 lookupKey, CancellationToken cancellationToken)
    {
        TokenFamily? family = null;
        var pointer = _names.Pointer(lookupKey);
        if (!await connection.IsClusterAsync(cancellationToken).ConfigureAwait(false))
        {
            family = ToFamily(await connection.ReadAsync(Script.Find, pointer, [_names.Base], cancellationToken).ConfigureAwait(false));
        }
        else if ((string?)await connection.ReadAsync(Script.TextOf, pointer, [], cancellationToken).ConfigureAwait(false) is { } place)
        {
            family = await ReadAsync(Convert.ToInt32(place[..2], 16), place[2..], cancellationToken).ConfigureAwait(false);
        }

        if (family is null || family.Grant.LookupKey != lookupKey)
        {
            return null;
        }

        if (connection.Waits)
        {
            await connection.SettleAsync(family.Grant, cancellationToken).ConfigureAwait(false);
        }

        return family;
    }

    public async ValueTask<bool> CompareAndSwapAsync(TokenFamily family, long expectedVersion, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(family);
        return (int)await connection.WriteAsync(
            Script.Swap,
            [_names.Family(family.Grant)],
            [expectedVersion, family.Version, FamilyBytesWriter.Changes(family), ScriptValues.State(family)],
            cancellationToken).ConfigureAwait(false) == 1;
    }

    public async ValueTask<IReadOnlyList<TokenFamily>> AddAsync(
        TokenFamily family, int activeCap, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(family);
        ArgumentOutOfRangeException.ThrowIfLessThan(activeCap, 1);
        var (evicted, deleted) = await new AddFamilyOperation(connection, family, activeCap, now).RunAsync(cancellationToken).ConfigureAwait(false)
            ?? throw new ArgumentException($"Family {family.Grant.FamilyId:N} already exists, under another lookup key.", nameof(family));
        await ForgetAsync(KeyNames.BucketOf(family.Grant.TenantId, family.Grant.Subject), deleted).ConfigureAwait(false);
        return evicted;
    }

    public async ValueTask<IReadOnlyList<TokenFamily>> ListAsync(TokenFamilyQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1, nameof(query));
        var families = new List<TokenFamily>();
        var walk = Walk(query.Filter, query.After, Math.Min(query.Limit, BatchSize));
        while (families.Count < query.Limit)
        {
            var places = await walk(Math.Min(query.Limit - families.Count, BatchSize), cancellationToken).ConfigureAwait(false);
            if (places.Count == 0)
            {
                break;
            }

            var rows = await Task.WhenAll(places.Select(place => ReadAsync(place.Bucket, place.Id, cancellationToken))).ConfigureAwait(false);
            families.AddRange(rows.Where(row => row is not null && query.Filter.Matches(row, query.Now) && IsBehind(row, query.After))!);
        }

        return families;
    }

    /// <inheritdoc/>
    /// <remarks>The walk goes by log-in time, which no write changes: it meets each family that was there once. Each is written alone, again if it changed.</remarks>
    public async ValueTask<long> RevokeAsync(TokenFamilyFilter filter, FamilyRevocation revocation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var start = time.GetTimestamp();
        var walk = Walk(filter, after: null, BatchSize);
        for (var count = 0L; ;)
        {
            var places = await walk(BatchSize, cancellationToken).ConfigureAwait(false);
            var changed = await Task.WhenAll(
                places.Select(place => RevokeAsync(place.Bucket, place.Id, filter, revocation, cancellationToken))).ConfigureAwait(false);
            count += changed.Count(static done => done);
            if (places.Count < BatchSize)
            {
                // What an earlier call has done counts as done only once the replicas have it.
                await connection.SettleAsync(cancellationToken).ConfigureAwait(false);
                return count;
            }

            if (connection.Options.RevocationTimeout is { } limit && time.GetElapsedTime(start) >= limit)
            {
                throw new TimeoutException($"The call did not finish within RevocationTimeout ({limit}). {count} families are done; repeat the call to do the rest.");
            }
        }
    }

    public async ValueTask<int> PruneAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var bound = KeyNames.Digits(endedBefore.UtcTicks);
        var due = await Task.WhenAll(Enumerable.Range(0, KeyNames.Buckets).Select(
            bucket => connection.ReadAsync(Script.Due, _names.Bucket(bucket) + "e", [bound[..12]], cancellationToken))).ConfigureAwait(false);
        var count = 0;
        for (var bucket = 0; bucket < KeyNames.Buckets && count < limit; bucket++)
        {
            count += (long)due[bucket] > 0 ? await PruneAsync(bucket, bound, limit - count, cancellationToken).ConfigureAwait(false) : 0;
        }

        return count;
    }

    private async Task<int> PruneAsync(int bucket, string bound, int limit, CancellationToken cancellationToken)
    {
        var pointers = await connection.IsClusterAsync(cancellationToken).ConfigureAwait(false) ? string.Empty : _names.Base;
        var (count, passed) = (0, 0L);
        while (count < limit)
        {
            var size = Math.Min(PruneSize, limit - count);
            var result = await connection.WriteAsync(
                Script.Prune, [_names.Bucket(bucket) + "e"], [pointers, bound, size, passed], cancellationToken).ConfigureAwait(false);
            var deleted = (RedisValue[])result[2]!;
            await ForgetAsync(bucket, deleted).ConfigureAwait(false);
            count += deleted.Length / 2;
            passed += (long)result[1];
            if ((long)result[0] < size)
            {
                break;
            }
        }

        return count;
    }

    private async Task<bool> RevokeAsync(
        int bucket, string id, TokenFamilyFilter filter, FamilyRevocation revocation, CancellationToken cancellationToken)
    {
        while (await ReadAsync(bucket, id, cancellationToken).ConfigureAwait(false) is { } family
            && filter.Matches(family, revocation.Now)
            && (revocation.Delete || family.RevokedAt is null))
        {
            if (revocation.Delete
                ? await DeleteAsync(family, cancellationToken).ConfigureAwait(false)
                : await CompareAndSwapAsync(family.Revoke(revocation.RevokedAt, revocation.Reason), family.Version, cancellationToken).ConfigureAwait(false))
            {
                return true;
            }
        }

        return false;
    }

    private async Task<bool> DeleteAsync(TokenFamily family, CancellationToken cancellationToken)
    {
        var isCluster = await connection.IsClusterAsync(cancellationToken).ConfigureAwait(false);
        var result = await connection.WriteAsync(
            Script.Delete, [_names.Family(family.Grant)], [family.Version, isCluster ? string.Empty : _names.Base], cancellationToken).ConfigureAwait(false);
        if ((int)result != 1)
        {
            return false;
        }

        await ForgetAsync(
            KeyNames.BucketOf(family.Grant.TenantId, family.Grant.Subject),
            [KeyNames.Text(family.Grant.LookupKey), KeyNames.Id(family.Grant.FamilyId)]).ConfigureAwait(false);
        return true;
    }

    /// <summary>Deletes the pointers of deleted families; where one server holds all, their script has. A family whose log-in was repeated gets them back.</summary>
    private async Task ForgetAsync(int bucket, RedisValue[] deleted)
    {
        if (deleted.Length == 0 || !await connection.IsClusterAsync(CancellationToken.None).ConfigureAwait(false))
        {
            return;
        }

        var pointers = deleted.Select((value, i) => i % 2 == 0 ? _names.Pointer((string)value!) : _names.IdPointer((string)value!));
        try
        {
            await Task.WhenAll(pointers.Select(pointer => connection.ReadAsync(Script.Forget, pointer, [], CancellationToken.None))).ConfigureAwait(false);
            foreach (var id in deleted.Where(static (_, i) => i % 2 == 1))
            {
                if (await ReadAsync(bucket, (string)id!, CancellationToken.None).ConfigureAwait(false) is { } family)
                {
                    await AddFamilyOperation.ClaimAsync(connection, family.Grant, CancellationToken.None).ConfigureAwait(false);
                }
            }
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            // The families are gone, which is what counts. A pointer that stays leads nowhere.
        }
    }

    private Func<int, CancellationToken, ValueTask<List<(int Bucket, string Id)>>> Walk(TokenFamilyFilter filter, TokenFamilyCursor? after, int size)
    {
        if (filter.FamilyId is not { } family)
        {
            return new FamilyWalk(connection, filter, after, size).NextAsync;
        }

        var isOver = false;
        return async (_, cancellationToken) =>
        {
            var id = KeyNames.Id(family);
            var bucket = isOver ? null : (string?)await connection.ReadAsync(Script.TextOf, _names.IdPointer(id), [], cancellationToken).ConfigureAwait(false);
            isOver = true;
            return bucket is null ? [] : [(Convert.ToInt32(bucket, 16), id)];
        };
    }

    private static bool IsBehind(TokenFamily family, TokenFamilyCursor? after) => after is not { } place || string.CompareOrdinal(
        KeyNames.Member(new TokenFamilyCursor(family.Grant.CreatedAt, family.Grant.FamilyId)), KeyNames.Member(place)) > 0;

    private async Task<TokenFamily?> ReadAsync(int bucket, string id, CancellationToken cancellationToken) =>
        ToFamily(await connection.ReadAsync(Script.Row, _names.Family(bucket, id), [], cancellationToken).ConfigureAwait(false));

    private static TokenFamily? ToFamily(RedisResult row) => row.IsNull || row[0].IsNull ? null : FamilyBytesReader.Read((byte[])row[0]!, (byte[])row[1]!);
}
