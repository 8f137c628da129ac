using RefreshTokenRotation.Relational;

namespace RefreshTokenRotation.Sqlite.Internal;

/// <summary>Every statement. Parameters are bound in the order of their places.</summary>
internal static class Statements
{
    private static readonly string Changes = string.Join(", ", FamilyColumns.Changes.Select(static (column, i) => i == 0 ? $"{column} = ?2" : $"{column} = ?"));

    /// <summary>By the index of the user, not of the client: see <see cref="Conditions"/>.</summary>
    private static readonly string Others = $"tenant_id = ?1 AND subject = ?2 AND +client_id = ?3 AND lookup_key <> ?4 AND {FamilyConditions.Active("?5")}";

    public static readonly string Find = $"SELECT {FamilyColumns.All} FROM families WHERE lookup_key = ?";

    /// <summary>The whole of an exchange's write: one row, found by its key, changed if it has the version, in no index.</summary>
    public static readonly string Swap =
        $"UPDATE families SET {Changes} WHERE lookup_key = ? AND version = ? AND prune_day BETWEEN ?1 - {PruneDay.Slack} AND ?1";

    /// <summary>The same where the row has to move in the index that pruning uses: about once a week.</summary>
    public static readonly string SwapAndMove = $"UPDATE families SET {Changes}, prune_day = ?1 WHERE lookup_key = ? AND version = ?";

    public const string Exists = "SELECT 1 FROM families WHERE lookup_key = ?";

    public static readonly string Insert =
        $"INSERT INTO families (prune_day, {string.Join(", ", FamilyColumns.Changes)}, {string.Join(", ", FamilyColumns.Grant)}) "
        + $"VALUES ({string.Join(", ", Enumerable.Repeat("?", FamilyColumns.Count + 1))})";

    /// <summary>The active families of an owner but one.</summary>
    public static readonly string CountOthers = $"SELECT count(*) FROM families WHERE {Others}";

    /// <inheritdoc cref="CountOthers"/>
    public static readonly string OldestOthers =
        $"SELECT {FamilyColumns.All} FROM families WHERE {Others} "
        + "ORDER BY CASE WHEN rotated_at <> 0 THEN rotated_at ELSE created_at END, family_id LIMIT ?6";

    public const string DeleteOne = "DELETE FROM families WHERE lookup_key = ?";

    public static readonly string Prune =
        $"DELETE FROM families WHERE id IN (SELECT id FROM families WHERE prune_day <= ?1 AND {FamilyConditions.EndedBefore("?2")} ORDER BY prune_day LIMIT ?3)";

    public const string FindPolicy = "SELECT policy FROM policies WHERE tenant_id = ? AND client_id = ?";

    public const string SetPolicy = "INSERT OR REPLACE INTO policies (tenant_id, client_id, policy) VALUES (?, ?, ?)";

    public const string RemovePolicy = "DELETE FROM policies WHERE tenant_id = ? AND client_id = ?";

    public static string List(string page) => $"SELECT {FamilyColumns.All} FROM families WHERE {page}";

    /// <summary>The places before those of the condition are the time, the reason and the day of pruning.</summary>
    public static string Revoke(string condition) =>
        "UPDATE families SET revoked_at = ?1, revocation_reason = ?2, salt = NULL, version = version + 1, prune_day = min(prune_day, ?3) "
        + $"WHERE revoked_at = 0 AND {condition}";

    public static string Delete(string condition) => $"DELETE FROM families WHERE {condition}";

    /// <summary>A filter's conditions, as SQLite writes them.</summary>
    public static FamilyConditions Conditions() => new('?', "instr(resources, {0}) > 0");

    /// <summary>The condition of a filter. Where something names fewer families than the client does, a plus keeps the client's index out of the
    /// plan: without statistics SQLite takes a client for as selective as a user.</summary>
    public static string Of(FamilyConditions conditions, TokenFamilyFilter filter, DateTimeOffset now) => conditions.Of(
        filter, now, filter is { Subject: null, SessionId: null, AuthorizationId: null, FamilyId: null } ? "client_id" : "+client_id");
}
