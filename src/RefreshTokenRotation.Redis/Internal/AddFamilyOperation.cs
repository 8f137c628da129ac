using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Redis.Internal;

/// <summary>Adds a family: one script, which evicts too. In a cluster its pointers lie elsewhere and are written before; a family without them would never be found,
/// and a pointer that leads nowhere harms nobody.</summary>
internal sealed class AddFamilyOperation(RedisConnection connection, TokenFamily family, int activeCap, DateTimeOffset now)
{
    /// <summary>A family that expired this long ago by one node's clock has expired by every node's.</summary>
    private static readonly TimeSpan Drift = TimeSpan.FromHours(1);

    private readonly KeyNames _names = connection.Names;
    private readonly FamilyGrant _grant = family.Grant;
    private readonly int _bucket = KeyNames.BucketOf(family.Grant.TenantId, family.Grant.Subject);
    private readonly string _id = KeyNames.Id(family.Grant.FamilyId);

    /// <summary>Adds.</summary>
    /// <returns>The evicted families, and the pointers that are left of all that was deleted: lookup key, id, and so on. Null if the id is taken.</returns>
    public async Task<(IReadOnlyList<TokenFamily> Evicted, RedisValue[] Deleted)?> RunAsync(CancellationToken cancellationToken)
    {
        var isCluster = await connection.IsClusterAsync(cancellationToken).ConfigureAwait(false);
        var bucket = KeyNames.Name(_bucket);
        var isRepeated = false;
        if (isCluster)
        {
            var (place, home) = await ClaimAsync(connection, _grant, cancellationToken).ConfigureAwait(false);
            if (place is not null && place != bucket + _id)
            {
                return ([], []);
            }

            if (home is not null && home != bucket)
            {
                return await TakenAsync(cancellationToken).ConfigureAwait(false);
            }

            isRepeated = place is not null || home is not null;
        }

        var result = await connection.WriteAsync(Script.Add, Keys(isCluster), Values(isCluster, bucket), cancellationToken).ConfigureAwait(false);
        if (result.Resp2Type != ResultType.Array)
        {
            return isCluster ? await TakenAsync(cancellationToken).ConfigureAwait(false) : null;
        }

        if (isRepeated)
        {
            // Whoever evicted the first try may have deleted its pointers meanwhile.
            await ClaimAsync(connection, _grant, cancellationToken).ConfigureAwait(false);
        }

        var evicted = ((byte[][])result[0]!).Chunk(2).Select(static row => FamilyBytesReader.Read(row[0], row[1])).ToArray();
        return (evicted, (RedisValue[])result[1]!);
    }

    /// <summary>Writes the pointers of a family in a cluster, where they lead nowhere yet.</summary>
    /// <returns>Where the lookup key and the id led before; null for nowhere.</returns>
    public static async Task<(string? Place, string? Home)> ClaimAsync(RedisConnection connection, FamilyGrant grant, CancellationToken cancellationToken)
    {
        var bucket = KeyNames.Name(KeyNames.BucketOf(grant.TenantId, grant.Subject));
        var id = KeyNames.Id(grant.FamilyId);
        var claims = await Task.WhenAll(
            connection.WriteAsync(Script.Claim, [connection.Names.Pointer(grant.LookupKey)], [bucket + id], cancellationToken),
            connection.WriteAsync(Script.Claim, [connection.Names.IdPointer(id)], [bucket], cancellationToken)).ConfigureAwait(false);
        return ((string?)claims[0], (string?)claims[1]);
    }

    private RedisKey[] Keys(bool isCluster)
    {
        var prefix = _names.Bucket(_bucket);
        var owner = KeyNames.Digest(_grant.TenantId, _grant.Subject, _grant.ClientId);
        RedisKey[] keys =
        [
            _names.Family(_bucket, _id),
            prefix + "t:" + KeyNames.Digest(_grant.TenantId),
            prefix + "u:" + KeyNames.Digest(_grant.TenantId, _grant.Subject),
            prefix + "c:" + KeyNames.Digest(_grant.TenantId, _grant.ClientId),
            prefix + "o:" + owner,
            prefix + "z:" + owner,
            prefix + "e",
        ];
        return isCluster ? keys : [.. keys, _names.Pointer(_grant.LookupKey), _names.IdPointer(_id)];
    }

    private RedisValue[] Values(bool isCluster, string bucket) =>
    [
        _names.Bucket(_bucket),
        isCluster ? string.Empty : _names.Base,
        _id,
        FamilyBytesWriter.Grant(_grant),
        FamilyBytesWriter.Changes(family),
        family.Version,
        ScriptValues.State(family),
        ScriptValues.Names(_grant),
        activeCap,
        KeyNames.Digits(now.UtcTicks),
        KeyNames.Digits(Math.Max(0, now.UtcTicks - Drift.Ticks)),
        bucket,
        ITokenStore.KeptEndedPerOwner,
    ];

    private async Task<(IReadOnlyList<TokenFamily> Evicted, RedisValue[] Deleted)?> TakenAsync(CancellationToken cancellationToken)
    {
        await connection.WriteAsync(Script.Forget, [_names.Pointer(_grant.LookupKey)], [], cancellationToken).ConfigureAwait(false);
        return null;
    }
}
