using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Relational;

/// <summary>The one indexed column that pruning looks for: a day before which a family can't have ended.</summary>
/// <remarks>
/// A write leaves the stored day as it is while it is at most <see cref="Slack"/> days behind the exact one, so that a family that is renewed by
/// every rotation moves in the index once a week and not at each. A day too early costs pruning a look at the row, and nothing else. The
/// slack is below the default retention of 7 days, with which pruning therefore never looks at an active family.
/// PostgreSQL calls the column <c>prune_bucket</c>, and Entity Framework Core <c>PruneBucket</c>: part of schemas and migrations, these names are frozen.
/// </remarks>
internal static class PruneDay
{
    public const int Never = int.MaxValue;
    public const int Slack = 6;

    public static int Of(TokenFamily family)
    {
        var end = Earliest(Earliest(Earliest(DateTimeOffset.MaxValue, family.RevokedAt), family.AbsoluteExpiresAt), family.IdleExpiresAt);
        return end == DateTimeOffset.MaxValue ? Never : Of(end);
    }

    public static int Of(DateTimeOffset instant) => (int)(instant.UtcTicks / TimeSpan.TicksPerDay);

    private static DateTimeOffset Earliest(DateTimeOffset left, DateTimeOffset? right) => right < left ? right.Value : left;
}
