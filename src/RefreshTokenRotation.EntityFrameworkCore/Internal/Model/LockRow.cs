using System.Buffers.Binary;

namespace RefreshTokenRotation.EntityFrameworkCore.Internal.Model;

/// <summary>What adds meet at. There are never more rows than <see cref="Buckets"/>, however many owners there are.</summary>
internal sealed class LockRow
{
    public const int Buckets = 1024;

    public int Bucket { get; set; }

    /// <summary>Counts the adds, because a lock that every database knows is a change.</summary>
    public long Adds { get; set; }

    public static int BucketOf(params ReadOnlySpan<string> owner) => BinaryPrimitives.ReadUInt16LittleEndian(StableHash.Of(owner)) % Buckets;
}
