using System.Buffers.Text;
using System.Globalization;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Redis.Internal;

/// <summary>The names of the keys. They are frozen: families are found by them.</summary>
/// <remarks>
/// Families lie in 128 buckets, those of one user of one tenant in one bucket. Whatever belongs to a bucket has its number in braces, and so one slot of a cluster:
/// <c>f</c> a family by its id; <c>t</c>, <c>u</c>, <c>c</c>, <c>s</c>, <c>a</c> indexes by tenant, user, client, session and authorization; <c>o</c> and <c>z</c>
/// an owner's families, and those of them that have ended; <c>e</c> all of the bucket by their end. Outside of the buckets are pointers that never change, by lookup
/// key (<c>p</c>) and by family id (<c>i</c>), and policies (<c>l</c>) and used proofs (<c>r</c>).
/// </remarks>
internal sealed class KeyNames(string prefix)
{
    public const int Buckets = 128;
    public const int DigestLength = 22;

    private readonly string[] _buckets = [.. Enumerable.Range(0, Buckets).Select(bucket => $"{prefix}:{{{Name(bucket)}}}:")];

    /// <summary>What every key begins with.</summary>
    public string Base { get; } = prefix + ":";

    /// <summary>The bucket of a user: FNV-1a over the texts, which every version and every node must agree on.</summary>
    public static int BucketOf(string tenantId, string subject)
    {
        var hash = 2166136261u;
        foreach (var character in tenantId)
        {
            hash = (hash ^ character) * 16777619u;
        }

        hash = (hash ^ 0x1_0000u) * 16777619u;
        foreach (var character in subject)
        {
            hash = (hash ^ character) * 16777619u;
        }

        return (int)((hash ^ (hash >> 15)) % Buckets);
    }

    public static string Name(int bucket) => bucket.ToString("x2", CultureInfo.InvariantCulture);

    /// <summary>A name for texts of any length, such as those of an index.</summary>
    public static string Digest(params ReadOnlySpan<string> texts) => Base64Url.EncodeToString(StableHash.Of(texts).AsSpan(0, 16));

    public static string Id(Guid familyId) => familyId.ToString("N", CultureInfo.InvariantCulture);

    /// <summary>The order of a list: log-in time, then id. As text of 51 characters it sorts as the list does.</summary>
    public static string Member(TokenFamilyCursor place) => Digits(place.CreatedAt.UtcTicks) + Id(place.FamilyId);

    /// <summary>Ticks as 19 digits, which compare as text.</summary>
    public static string Digits(long ticks) => ticks.ToString("D19", CultureInfo.InvariantCulture);

    public string Bucket(int bucket) => _buckets[bucket];

    public RedisKey Family(int bucket, string id) => _buckets[bucket] + "f:" + id;

    public RedisKey Family(FamilyGrant grant) => Family(BucketOf(grant.TenantId, grant.Subject), Id(grant.FamilyId));

    public RedisKey Pointer(Opaque256 lookupKey) => Pointer(Text(lookupKey));

    public RedisKey Pointer(string lookupKey) => Base + "p:" + lookupKey;

    public RedisKey IdPointer(string id) => Base + "i:" + id;

    public RedisKey Policy(string clientId, string tenantId) => Base + "l:" + Digest(tenantId, clientId);

    public RedisKey Replay(ReplayKey key) => Base + "r:" + key.Value;

    public static string Text(Opaque256 lookupKey)
    {
        Span<byte> bytes = stackalloc byte[Opaque256.Size];
        lookupKey.CopyTo(bytes);
        return Base64Url.EncodeToString(bytes);
    }
}
