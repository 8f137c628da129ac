using RefreshTokenRotation.Storage;
using StackExchange.Redis;

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
        if (isCluster)
        {
            var claims = await Task.WhenAll(
                connection.WriteAsync(Script.Claim, [_names.Pointer(_grant.LookupKey)], [bucket + _id], cancellationToken),
                connection.WriteAsync(Script.Claim, [_names.IdPointer(_id)], [bucket], cancellationToken)).ConfigureAwait(false);
            if ((string)claims[0]! != bucket + _id)
            {
                return ([], []);
            }

            if ((string)claims[1]! != bucket)
            {
                return await TakenAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        var result = await connection.WriteAsync(Script.Add, Keys(isCluster), Values(isCluster, bucket), cancellationToken).ConfigureAwait(false);
        if (result.Resp2Type != ResultType.Array)
        {
            return isCluster ? await TakenAsync(cancellationToken).ConfigureAwait(false) : null;
        }

        var rows = (byte[][])result[0]!;
        var evicted = new TokenFamily[rows.Length / 2];
        for (var i = 0; i < evicted.Length; i++)
        {
            evicted[i] = FamilyBytesReader.Read(rows[2 * i], rows[(2 * i) + 1]);
        }

        return (evicted, (RedisValue[])result[1]!);
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
