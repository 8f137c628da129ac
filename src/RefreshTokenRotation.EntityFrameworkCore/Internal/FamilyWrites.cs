using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.EntityFrameworkCore.Internal;

/// <summary>The statements that write families: one each, without the change tracker.</summary>
/// <remarks>Values are named by expressions, since plain ones would share a parameter where they are equal: one text for all values is planned once.</remarks>
internal static class FamilyWrites
{
    /// <summary>
    /// The whole of an exchange's write. Of several in parallel the first changes the version; the others wait for its lock, look again and change nothing.
    /// </summary>
    public static Task<int> SwapAsync(this DbContext context, FamilyRow next, long expectedVersion, CancellationToken cancellationToken) =>
        ExchangeStatements.Of(context) is { IsRefused: false } own
            ? own.SwapAsync(context, next, expectedVersion, cancellationToken)
            : context.UpdateFamilyAsync(next, expectedVersion, cancellationToken);

    /// <summary>The framework's own update for <see cref="SwapAsync"/>. It writes what <see cref="FamilyRow.Changes"/> names.</summary>
    public static Task<int> UpdateFamilyAsync(this DbContext context, FamilyRow next, long expectedVersion, CancellationToken cancellationToken)
    {
        var key = next.LookupKey;
        var day = next.PruneBucket;
        var oldest = day - PruneDay.Slack;
        return context.Families()
            .Where(row => row.LookupKey == key && row.Version == expectedVersion)
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(row => row.Version, _ => next.Version)
                    .SetProperty(row => row.Kind, _ => next.Kind)
                    .SetProperty(row => row.Generation, _ => next.Generation)
                    .SetProperty(row => row.SecretHash, _ => next.SecretHash)
                    .SetProperty(row => row.Salt, _ => next.Salt)
                    .SetProperty(row => row.Trail, _ => next.Trail)
                    .SetProperty(row => row.RotatedAt, _ => next.RotatedAt)
                    .SetProperty(row => row.LeewayUntil, _ => next.LeewayUntil)
                    .SetProperty(row => row.RecoverUntil, _ => next.RecoverUntil)
                    .SetProperty(row => row.AbsoluteExpiresAt, _ => next.AbsoluteExpiresAt)
                    .SetProperty(row => row.IdleExpiresAt, _ => next.IdleExpiresAt)
                    .SetProperty(row => row.LastUsedAt, _ => next.LastUsedAt)
                    .SetProperty(row => row.RevokedAt, _ => next.RevokedAt)
                    .SetProperty(row => row.RevocationReason, _ => next.RevocationReason)
                    .SetProperty(row => row.PruneBucket, row => row.PruneBucket >= oldest && row.PruneBucket <= day ? row.PruneBucket : day)
                    .SetProperty(row => row.LastIpAddress, _ => next.LastIpAddress)
                    .SetProperty(row => row.LastUserAgent, _ => next.LastUserAgent)
                    .SetProperty(row => row.LastDeviceName, _ => next.LastDeviceName)
                    .SetProperty(row => row.Metadata, _ => next.Metadata),
                cancellationToken);
    }

    /// <summary>Revokes rows that are not revoked yet.</summary>
    public static Task<int> RevokeAsync(this IQueryable<FamilyRow> rows, FamilyRevocation revocation, CancellationToken cancellationToken)
    {
        var at = FamilyValues.Ticks(revocation);
        var reason = (short)revocation.Reason;
        var day = PruneDay.Of(revocation.RevokedAt);
        byte[]? none = null;
        return rows
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(row => row.RevokedAt, _ => at)
                    .SetProperty(row => row.RevocationReason, _ => reason)
                    .SetProperty(row => row.Salt, _ => none)
                    .SetProperty(row => row.Trail, _ => none)
                    .SetProperty(row => row.Version, row => row.Version + 1)
                    .SetProperty(row => row.PruneBucket, row => row.PruneBucket < day ? row.PruneBucket : day),
                cancellationToken);
    }
}
