using System.Data.Common;
using Microsoft.EntityFrameworkCore.Storage;

namespace RefreshTokenRotation.EntityFrameworkCore.Internal;

/// <summary>What a PostgreSQL server is good for. A standby may return old rows, so a read from it is an outage. Other databases are not asked.</summary>
internal static class ServerRole
{
    /// <summary>Represents the server's function in queries (<see cref="Model.RowTypes"/> maps it).</summary>
    public static bool IsInRecovery() => throw new NotSupportedException("Only a query calls this.");

    public static bool IsPostgreSql(DbContext context) => context.Database.ProviderName == "Npgsql.EntityFrameworkCore.PostgreSQL";

    /// <summary>Asks before a read that could find nothing, and holds the session, so that the read goes to the server that was asked.</summary>
    /// <exception cref="StandbyException">It is a standby.</exception>
    public static async Task HoldPrimaryAsync(DbContext context, CancellationToken cancellationToken)
    {
        if (!IsPostgreSql(context))
        {
            return;
        }

        await context.Database.CreateExecutionStrategy().ExecuteAsync(context.Database.OpenConnectionAsync, cancellationToken).ConfigureAwait(false);
        if (await context.Database.SqlQueryRaw<bool>("""SELECT pg_is_in_recovery() AS "Value" """).SingleAsync(cancellationToken).ConfigureAwait(false))
        {
            throw new StandbyException();
        }
    }

    /// <summary>Ends a session that is of no use: a driver's pool would hand it out again. It is the one that a call holds, or the pool's next.</summary>
    public static async Task DiscardAsync(DbContext context, CancellationToken cancellationToken)
    {
        try
        {
            await context.Database.ExecuteSqlRawAsync(
                "SELECT CASE WHEN pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on' THEN pg_terminate_backend(pg_backend_pid()) END",
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is DbException or InvalidOperationException or RetryLimitExceededException)
        {
            // That is the end, or the role may not end a session, not even its own.
        }
    }
}

/// <summary>A standby has replied. The caller gets the same error as for a write to it: the server is read only.</summary>
internal sealed class StandbyException() : DbException("The server is a standby, so its data may be stale. Name the primary, or all servers of the cluster.")
{
    public override string SqlState => "25006";
}
