using Npgsql;

namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>Why the server's answer to a read counts for nothing, as <see cref="Statements.Doubt"/> says it beside the answer.</summary>
internal static class Doubt
{
    private const int Standby = 1;
    private const int HiddenRows = 2;

    /// <summary>Throws what the answer of a standby, or one that may lack rows, is: an outage.</summary>
    /// <param name="doubt">The server's word; 0 for none.</param>
    /// <param name="table">The table that was read.</param>
    public static void Check(int doubt, string table)
    {
        switch (doubt)
        {
            case Standby:
                throw new StandbyException();
            case HiddenRows:
                throw new InvalidOperationException(HidesRows(table));
        }
    }

    public static string HidesRows(string table) =>
        $"Row level security hides rows of {table} from this role. Let the role own the table, give it BYPASSRLS, "
        + $"or ALTER TABLE {table} DISABLE ROW LEVEL SECURITY.";
}

/// <summary>A standby has replied. The caller gets the same error as for a write to it: the server is read only.</summary>
internal sealed class StandbyException() : NpgsqlException("The server is a standby, so its data may be stale. Name the primary, or all servers of the cluster.")
{
    public override string SqlState => PostgresErrorCodes.ReadOnlySqlTransaction;
}
