using Microsoft.Extensions.Logging;

namespace RefreshTokenRotation.AspNetCore.Management.Internal;

/// <summary>Makes a change, and tells the audit of it.</summary>
internal sealed class AuditTrail(IManagementAudit audit, TimeProvider time, ILogger<AuditTrail> logger)
{
    /// <summary>Makes a change.</summary>
    /// <param name="entry">What is told of it.</param>
    /// <param name="change">The change; it returns how many rows it reached. An <see cref="ArgumentException"/> of it says that nothing was tried.</param>
    public async ValueTask<long> MakeAsync(ManagementAuditEntry entry, Func<CancellationToken, ValueTask<long>> change)
    {
        long count;
        try
        {
            count = await change(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not ArgumentException)
        {
            await RecordAsync(entry with { Succeeded = false }).ConfigureAwait(false);
            throw;
        }

        await RecordAsync(entry with { Succeeded = true, Count = count }).ConfigureAwait(false);
        return count;
    }

    private async ValueTask RecordAsync(ManagementAuditEntry entry)
    {
        try
        {
            await audit.RecordAsync(entry with { OccurredAt = time.GetUtcNow() }, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            // The change is made: to answer with an error would be untrue.
            logger.AuditFailed(fault, entry.Operation);
        }
    }
}
