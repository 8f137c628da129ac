namespace RefreshTokenRotation.EntityFrameworkCore.Internal.Model;

/// <summary>What adds meet at. There are never more rows than <see cref="KeyHash.Buckets"/>, however many owners there are.</summary>
internal sealed class LockRow
{
    public int Bucket { get; set; }

    /// <summary>Counts the adds, because a lock that every database knows is a change.</summary>
    public long Adds { get; set; }
}
