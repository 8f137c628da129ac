namespace RefreshTokenRotation.AspNetCore.Management;

/// <summary>Keeps who changed what through the management endpoints. The default writes a structured log entry for each change, of the category
/// <c>RefreshTokenRotation.ManagementAudit</c>, with event ids that never change (311 to 314; 316 for a change that failed).</summary>
/// <remarks>It is called once for every change, after it, also when the change failed; refused requests change nothing and are not told. The answer waits
/// for it, so keep it fast. What it throws is logged as an error (315) and does not change the answer: the change has been made. Register it as a
/// singleton; calls run at once.</remarks>
public interface IManagementAudit
{
    /// <summary>Keeps one change.</summary>
    /// <param name="entry">The change. No secret is in it.</param>
    /// <param name="cancellationToken">Never cancelled: an administrator who hangs up is told of all the same.</param>
    /// <returns>A task that ends when the entry is kept.</returns>
    ValueTask RecordAsync(ManagementAuditEntry entry, CancellationToken cancellationToken);
}
