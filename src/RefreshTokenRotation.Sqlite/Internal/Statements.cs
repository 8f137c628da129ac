namespace RefreshTokenRotation.Sqlite.Internal;

/// <summary>Every statement. Parameters are bound in the order of their places.</summary>
internal static class Statements
{
    /// <summary>What <see cref="FamilyRow"/> reads, in its order.</summary>
    public const string Columns =
        "lookup_key, family_id, version, generation, created_at, rotated_at, leeway_until, recover_until, absolute_expires_at, idle_expires_at, "
        + "last_used_at, revoked_at, authentication_time, kind, revocation_reason, secret_hash, salt, tenant_id, subject, client_id, session_id, "
        + "authorization_id, sender_key_thumbprint, acr, scopes, resources, amr, first_ip_address, first_user_agent, first_device_name, "
        + "last_ip_address, last_user_agent, last_device_name, metadata";

    public const string Find = $"SELECT {Columns} FROM families WHERE lookup_key = ?";

    /// <summary>The whole of an exchange's write: one row, found by its key, changed if it has the version, in no index.</summary>
    public static readonly string Swap =
        $"UPDATE families SET {Changes} WHERE lookup_key = ? AND version = ? AND prune_day BETWEEN ?1 - {PruneDay.Slack} AND ?1";

    /// <summary>The same where the row has to move in the index that pruning uses: about once a week.</summary>
    public const string SwapAndMove = $"UPDATE families SET {Changes}, prune_day = ?1 WHERE lookup_key = ? AND version = ?";

    public const string Exists = "SELECT 1 FROM families WHERE lookup_key = ?";

    public const string Insert =
        "INSERT INTO families (prune_day, version, kind, generation, secret_hash, salt, rotated_at, leeway_until, recover_until, absolute_expires_at, "
        + "idle_expires_at, last_used_at, revoked_at, revocation_reason, last_ip_address, last_user_agent, last_device_name, metadata, lookup_key, "
        + "family_id, created_at, authentication_time, tenant_id, subject, client_id, session_id, authorization_id, sender_key_thumbprint, acr, scopes, "
        + "resources, amr, first_ip_address, first_user_agent, first_device_name) "
        + "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    /// <summary>The active families of an owner but one.</summary>
    public const string CountOthers = $"SELECT count(*) FROM families WHERE {Others}";

    /// <inheritdoc cref="CountOthers"/>
    public const string OldestOthers =
        $"SELECT {Columns} FROM families WHERE {Others} "
        + "ORDER BY CASE WHEN rotated_at <> 0 THEN rotated_at ELSE created_at END, family_id LIMIT ?6";

    public const string DeleteOne = "DELETE FROM families WHERE lookup_key = ?";

    public const string Prune =
        "DELETE FROM families WHERE id IN (SELECT id FROM families WHERE prune_day <= ?1 AND ((revoked_at <> 0 AND revoked_at < ?2) "
        + "OR (absolute_expires_at <> 0 AND absolute_expires_at < ?2) OR (idle_expires_at <> 0 AND idle_expires_at < ?2)) ORDER BY prune_day LIMIT ?3)";

    public const string FindPolicy = "SELECT policy FROM policies WHERE tenant_id = ? AND client_id = ?";

    public const string SetPolicy = "INSERT OR REPLACE INTO policies (tenant_id, client_id, policy) VALUES (?, ?, ?)";

    public const string RemovePolicy = "DELETE FROM policies WHERE tenant_id = ? AND client_id = ?";

    private const string Changes =
        "version = ?2, kind = ?, generation = ?, secret_hash = ?, salt = ?, rotated_at = ?, leeway_until = ?, recover_until = ?, absolute_expires_at = ?, "
        + "idle_expires_at = ?, last_used_at = ?, revoked_at = ?, revocation_reason = ?, last_ip_address = ?, last_user_agent = ?, last_device_name = ?, "
        + "metadata = ?";

    /// <summary>By the index of the user, not of the client: see <see cref="FamilyConditions"/>.</summary>
    private const string Others =
        "tenant_id = ?1 AND subject = ?2 AND +client_id = ?3 AND lookup_key <> ?4 AND revoked_at = 0 "
        + "AND (absolute_expires_at = 0 OR absolute_expires_at > ?5) AND (idle_expires_at = 0 OR idle_expires_at > ?5)";

    public static string List(string condition, string place) =>
        $"SELECT {Columns} FROM families WHERE {condition}{place} ORDER BY created_at, family_id LIMIT ?";

    public static string Revoke(string condition) =>
        "UPDATE families SET revoked_at = ?, revocation_reason = ?, salt = NULL, version = version + 1, prune_day = min(prune_day, ?) "
        + $"WHERE revoked_at = 0 AND {condition}";

    public static string Delete(string condition) => $"DELETE FROM families WHERE {condition}";
}
