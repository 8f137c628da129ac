namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>Every statement whose text does not depend on a filter. Parameters are positional, so that nothing is parsed at run time.</summary>
internal sealed class Statements(TableNames names)
{
    /// <summary>What <see cref="FamilyRow"/> reads, in its order.</summary>
    public const string Columns =
        "lookup_key, family_id, version, generation, created_at, rotated_at, leeway_until, recover_until, absolute_expires_at, idle_expires_at, "
        + "last_used_at, revoked_at, authentication_time, kind, revocation_reason, secret_hash, salt, tenant_id, subject, client_id, session_id, "
        + "authorization_id, sender_key_thumbprint, acr, scopes, resources, amr, first_ip_address, first_user_agent, first_device_name, "
        + "last_ip_address, last_user_agent, last_device_name, metadata";

    public TableNames Names { get; } = names;

    public string Find { get; } = $"SELECT {Columns} FROM {names.Families} WHERE lookup_key = $1";

    /// <summary>
    /// The whole of an exchange's write. One row, one statement, no transaction of its own: of several in parallel the first one changes the
    /// version, and the others, having waited for its lock, look at the condition again and change nothing.
    /// </summary>
    public string Swap { get; } =
        $"UPDATE {names.Families} SET version = $3, kind = $4, generation = $5, secret_hash = $6, salt = $7, rotated_at = $8, leeway_until = $9, "
        + "recover_until = $10, absolute_expires_at = $11, idle_expires_at = $12, last_used_at = $13, revoked_at = $14, revocation_reason = $15, "
        + $"prune_bucket = CASE WHEN prune_bucket BETWEEN $16 - {PruneBucket.Slack} AND $16 THEN prune_bucket ELSE $16 END, "
        + "last_ip_address = $17, last_user_agent = $18, last_device_name = $19, metadata = $20 "
        + "WHERE lookup_key = $1 AND version = $2";

    /// <summary>Adds of one owner come one after the other: this is the first lock of the transaction, and the statement after it sees what the owner's last add left.</summary>
    /// <remarks>A client that dies within the transaction must not hold the lock until the network notices. The setting ends with it.</remarks>
    public string LockOwner { get; } = "SELECT pg_advisory_xact_lock($1), set_config('idle_in_transaction_session_timeout', '10s', true)";

    /// <summary>
    /// Adds a family and evicts the oldest active ones; a family that is there already makes it do nothing. The first column of each answer
    /// says how many had to go; a victim that changed since it was chosen is not among those that follow.
    /// </summary>
    /// <remarks>Rows are locked in the order of their keys, as everywhere.</remarks>
    public string Add { get; } =
        $"""
        WITH added AS (
            INSERT INTO {names.Families} AS f (lookup_key, version, kind, generation, secret_hash, salt, rotated_at, leeway_until, recover_until,
                absolute_expires_at, idle_expires_at, last_used_at, revoked_at, revocation_reason, prune_bucket, last_ip_address, last_user_agent,
                last_device_name, metadata, family_id, created_at, authentication_time, tenant_id, subject, client_id, session_id, authorization_id,
                sender_key_thumbprint, acr, scopes, resources, amr, first_ip_address, first_user_agent, first_device_name)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28,
                $29, $30, $31, $32, $33, $34, $35)
            ON CONFLICT (lookup_key) DO NOTHING
            RETURNING 1),
        active AS MATERIALIZED (
            SELECT lookup_key, version, CASE WHEN rotated_at <> 0 THEN rotated_at ELSE created_at END AS issued_at, family_id
            FROM {names.Families}
            WHERE tenant_id = $23 AND subject = $24 AND client_id = $25 AND EXISTS (SELECT FROM added)
                AND {FamilyConditions.Active("$36")}),
        victims AS MATERIALIZED (
            SELECT lookup_key, version FROM active ORDER BY issued_at, family_id
            LIMIT greatest((SELECT count(*) FROM active) - $37, 0)),
        locked AS MATERIALIZED (
            SELECT f.lookup_key FROM {names.Families} f JOIN victims v ON f.lookup_key = v.lookup_key AND f.version = v.version
            ORDER BY f.lookup_key FOR UPDATE OF f),
        evicted AS (
            DELETE FROM {names.Families} f USING locked WHERE f.lookup_key = locked.lookup_key RETURNING f.*)
        SELECT {Columns}, (SELECT count(*) FROM victims) FROM (VALUES (0)) AS always LEFT JOIN evicted ON true
        """;

    public string Revoke(string condition) =>
        $"""
        WITH locked AS MATERIALIZED (
            SELECT lookup_key FROM {Names.Families} WHERE revoked_at = 0 AND {condition} ORDER BY lookup_key FOR UPDATE)
        UPDATE {Names.Families} f
        SET revoked_at = $1, revocation_reason = $2, salt = NULL, version = f.version + 1, prune_bucket = least(f.prune_bucket, $3)
        FROM locked WHERE f.lookup_key = locked.lookup_key
        """;

    public string Delete(string condition) =>
        $"""
        WITH locked AS MATERIALIZED (
            SELECT lookup_key FROM {Names.Families} WHERE {condition} ORDER BY lookup_key FOR UPDATE)
        DELETE FROM {Names.Families} f USING locked WHERE f.lookup_key = locked.lookup_key
        """;

    public string List(string condition, string place, string limit) =>
        $"SELECT {Columns} FROM {Names.Families} WHERE {condition}{place} ORDER BY created_at, family_id LIMIT {limit}";

    /// <summary>Rows that somebody else has locked are left to the next run: pruning waits for nobody.</summary>
    public string Prune { get; } =
        $"""
        DELETE FROM {names.Families} WHERE lookup_key = ANY (ARRAY(
            SELECT lookup_key FROM {names.Families} WHERE prune_bucket <= $1
                AND ((revoked_at <> 0 AND revoked_at < $2) OR (absolute_expires_at <> 0 AND absolute_expires_at < $2)
                    OR (idle_expires_at <> 0 AND idle_expires_at < $2))
            ORDER BY prune_bucket LIMIT $3 FOR UPDATE SKIP LOCKED))
        """;

    public string FindPolicy { get; } = $"SELECT policy FROM {names.Policies} WHERE tenant_id = $1 AND client_id = $2";

    public string SetPolicy { get; } =
        $"INSERT INTO {names.Policies} (tenant_id, client_id, policy) VALUES ($1, $2, $3) "
        + "ON CONFLICT (tenant_id, client_id) DO UPDATE SET policy = excluded.policy";

    public string RemovePolicy { get; } = $"DELETE FROM {names.Policies} WHERE tenant_id = $1 AND client_id = $2";
}
