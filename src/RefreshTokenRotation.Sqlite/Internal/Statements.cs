namespace RefreshTokenRotation.Sqlite.Internal;

/// <summary>Every statement. Parameters are bound in the order of their places.</summary>
internal static class Statements
{
    private static readonly string Changes = string.Join(", ", FamilyColumns.Changes.Select(static (column, i) => i == 0 ? $"{column} = ?2" : $"{column} = ?"));

    /// <summary>By the index of the user, not of the client: see <see cref="Conditions"/>.</summary>
    private const string Others = "tenant_id = ?1 AND subject = ?2 AND +client_id = ?3 AND lookup_key <> ?4";

    private const string OldestFirst = "ORDER BY CASE WHEN rotated_at <> 0 THEN rotated_at ELSE created_at END, family_id LIMIT ?6";

    private static readonly string Active = FamilyConditions.Active("?5");

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

    /// <summary>How many families an owner has but one: active ones, and ended ones.</summary>
    public static readonly string CountOthers =
        $"SELECT count(*) FILTER (WHERE {Active}), count(*) FILTER (WHERE NOT ({Active})) FROM families WHERE {Others}";

    public static readonly string OldestActive = $"SELECT {FamilyColumns.All} FROM families WHERE {Others} AND {Active} {OldestFirst}";

    public static readonly string DeleteOldestEnded =
        $"DELETE FROM families WHERE id IN (SELECT id FROM families WHERE {Others} AND NOT ({Active}) {OldestFirst})";

    public const string DeleteOne = "DELETE FROM families WHERE lookup_key = ?";

    public static readonly string Prune =
        $"DELETE FROM families WHERE id IN (SELECT id FROM families WHERE prune_day <= ?1 AND {FamilyConditions.EndedBefore("?2")} ORDER BY prune_day LIMIT ?3)";

    public const string FindPolicy = "SELECT policy FROM policies WHERE tenant_id = ? AND client_id = ?";

    public const string SetPolicy = "INSERT OR REPLACE INTO policies (tenant_id, client_id, policy) VALUES (?, ?, ?)";

    public const string RemovePolicy = "DELETE FROM policies WHERE tenant_id = ? AND client_id = ?";

    public static string List(string page) => $"SELECT {FamilyColumns.All} FROM families WHERE {page}";

    /// <summary>A page of the rows that a revocation or deletion reaches.</summary>
    public static string Reached(bool isDeleted, string page) =>
        $"SELECT id, created_at, family_id FROM families WHERE {(isDeleted ? string.Empty : "revoked_at = 0 AND ")}{page}";

    public const string RevokeRow =
        "UPDATE families SET revoked_at = ?1, revocation_reason = ?2, salt = NULL, trail = NULL, version = version + 1, prune_day = min(prune_day, ?3) WHERE id = ?4";

    public const string DeleteRow = "DELETE FROM families WHERE id = ?1";

    /// <summary>A filter's conditions, as SQLite writes them.</summary>
    public static FamilyConditions Conditions() => new('?', "instr(resources, {0}) > 0");

    /// <summary>The condition of a filter. Where something names fewer families than the client does, a plus keeps the client's index out of the
    /// plan: without statistics SQLite takes a client for as selective as a user.</summary>
    public static string Of(FamilyConditions conditions, TokenFamilyFilter filter, DateTimeOffset now) => conditions.Of(
        filter, now, filter is { Subject: null, SessionId: null, AuthorizationId: null, FamilyId: null } ? "client_id" : "+client_id");
}
