using System.Buffers.Binary;
using RefreshTokenRotation.Relational;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>Every statement whose text does not depend on a filter. Parameters are positional, so that nothing is parsed at run time.</summary>
internal sealed class Statements(TableNames names)
{
    public TableNames Names { get; } = names;

    /// <summary>Always one row, which may hold no family; its last column is <see cref="Doubt"/>'s word.</summary>
    public string Find { get; } =
        $"""
        SELECT {FamilyColumns.All}, {DoubtOf(names.Families, "lookup_key IS NULL AND ")}
        FROM (VALUES (0)) AS always LEFT JOIN {names.Families} ON lookup_key = $1
        """;

    /// <summary>Those of several families that are there. Its last column is 1 where the server is a standby.</summary>
    /// <remarks>The plan must not depend on how many keys there are, or the server would make it anew for each number: it does not look into a subquery.</remarks>
    public string FindSeveral { get; } =
        $"SELECT {FamilyColumns.All}, pg_is_in_recovery()::int FROM {names.Families} WHERE lookup_key = ANY ((SELECT $1)::bytea[])";

    /// <summary>Whether this session's answers count: it goes before a read of several rows, in the same round trip.</summary>
    public string Doubt { get; } = $"SELECT {DoubtOf(names.Families, string.Empty)}";

    /// <summary>
    /// The whole of an exchange's write. One row, one statement, no transaction of its own: of several in parallel the first one changes the
    /// version, and the others, having waited for its lock, look at the condition again and change nothing.
    /// </summary>
    public string Swap { get; } =
        $"UPDATE {names.Families} SET "
        + $"prune_bucket = CASE WHEN prune_bucket BETWEEN $1 - {PruneDay.Slack} AND $1 THEN prune_bucket ELSE $1 END, "
        + string.Join(", ", FamilyColumns.Changes.Select(static (column, i) => $"{column} = ${i + 2}"))
        + $" WHERE lookup_key = ${FamilyColumns.Changes.Length + 2} AND version = ${FamilyColumns.Changes.Length + 3}";

    /// <summary>The writes of several exchanges: <see cref="Swap"/> for each of the given rows, whose places among them it returns. It waits for no row: one that somebody
    /// has locked is left alone, so that it holds up no other, and two of these never wait for each other.</summary>
    public string SwapSeveral { get; } = SwapSeveralOf(names.Families);

    /// <summary>Adds of one owner come one after the other: this is the first lock of the transaction, and the statement after it sees what the owner's last add left.</summary>
    /// <remarks>A client that dies within the transaction must not hold the lock until the network notices. The setting ends with it.</remarks>
    public string LockOwner { get; } = "SELECT pg_advisory_xact_lock($1), set_config('idle_in_transaction_session_timeout', '10s', true)";

    /// <summary>
    /// Adds a family and evicts the oldest active ones; a family that is there already makes it do nothing. The first column of each answer
    /// says how many had to go; a victim that changed since it was chosen is not among those that follow.
    /// </summary>
    /// <remarks>
    /// The families of the owner are looked at anyhow, so ended ones beyond their bound go too: down to those that must be kept, so that the next adds
    /// have none to delete. Rows are locked in the order of their keys, as everywhere. A repeat ends before the insert: while an update moves the row, ON CONFLICT may
    /// miss it, and the unique family id would make the statement fail.
    /// </remarks>
    public string Add { get; } =
        $"""
        WITH added AS (
            INSERT INTO {names.Families} AS f (prune_bucket, {string.Join(", ", FamilyColumns.Changes)}, {string.Join(", ", FamilyColumns.Grant)})
            SELECT {string.Join(", ", Enumerable.Range(1, FamilyColumns.Count + 1).Select(static i => $"${i}"))}
            WHERE NOT EXISTS (SELECT FROM {names.Families} WHERE lookup_key = {PlaceOf("lookup_key")})
            ON CONFLICT (lookup_key) DO NOTHING
            RETURNING 1),
        owned AS MATERIALIZED (
            SELECT lookup_key, version, CASE WHEN rotated_at <> 0 THEN rotated_at ELSE created_at END AS issued_at, family_id,
                {FamilyConditions.Active($"${FamilyColumns.Count + 2}")} AS is_active
            FROM {names.Families}
            WHERE tenant_id = {PlaceOf("tenant_id")} AND subject = {PlaceOf("subject")} AND client_id = {PlaceOf("client_id")} AND EXISTS (SELECT FROM added)),
        counted AS MATERIALIZED (
            SELECT count(*) FILTER (WHERE is_active) AS active, count(*) FILTER (WHERE NOT is_active) AS ended FROM owned),
        victims AS MATERIALIZED (
            SELECT lookup_key, version, is_active FROM owned WHERE is_active ORDER BY issued_at, family_id
            LIMIT greatest((SELECT active FROM counted) - ${FamilyColumns.Count + 3}, 0)),
        surplus AS MATERIALIZED (
            SELECT lookup_key, version, is_active FROM owned WHERE NOT is_active ORDER BY issued_at, family_id
            LIMIT (SELECT CASE WHEN ended > {ITokenStore.MaxEndedPerOwner} THEN ended - {ITokenStore.KeptEndedPerOwner} ELSE 0 END FROM counted)),
        locked AS MATERIALIZED (
            SELECT f.lookup_key, v.is_active
            FROM {names.Families} f JOIN (SELECT * FROM victims UNION ALL SELECT * FROM surplus) v ON f.lookup_key = v.lookup_key AND f.version = v.version
            ORDER BY f.lookup_key FOR UPDATE OF f),
        deleted AS (
            DELETE FROM {names.Families} f USING locked WHERE f.lookup_key = locked.lookup_key RETURNING f.*, locked.is_active AS was_active),
        evicted AS (
            SELECT * FROM deleted WHERE was_active)
        SELECT {FamilyColumns.All}, (SELECT count(*) FROM victims) FROM (VALUES (0)) AS always LEFT JOIN evicted ON true
        """;

    /// <summary>Changes those families of a page that meet a condition, and says what <see cref="Doubt"/> says, how many it changed, how many the page
    /// has, and which is its last one.</summary>
    /// <param name="page">The condition, order and limit of the page.</param>
    /// <param name="condition">The condition of the change.</param>
    /// <param name="write"><see cref="Delete"/> or <see cref="Revoke"/>.</param>
    public string InBatch(string page, string condition, string write) =>
        $"""
        WITH page AS MATERIALIZED (
            SELECT lookup_key, created_at, family_id FROM {Names.Families} WHERE {page}),
        locked AS MATERIALIZED (
            SELECT lookup_key FROM {Names.Families} WHERE lookup_key = ANY (ARRAY(SELECT lookup_key FROM page)) AND {condition}
            ORDER BY lookup_key FOR UPDATE),
        changed AS (
            {write} RETURNING 1),
        last AS (
            SELECT created_at, family_id FROM page ORDER BY created_at DESC, family_id DESC LIMIT 1)
        SELECT {DoubtOf(Names.Families, string.Empty)}, (SELECT count(*) FROM changed), (SELECT count(*) FROM page), last.created_at, last.family_id
        FROM (VALUES (0)) AS always LEFT JOIN last ON true
        """;

    /// <summary>The change by which <see cref="InBatch"/> revokes.</summary>
    public string Revoke(string at, string reason, string day) =>
        $"UPDATE {Names.Families} f SET revoked_at = {at}, revocation_reason = {reason}, salt = NULL, trail = NULL, version = f.version + 1, "
        + $"prune_bucket = least(f.prune_bucket, {day}) FROM locked WHERE f.lookup_key = locked.lookup_key";

    /// <summary>The change by which <see cref="InBatch"/> deletes.</summary>
    public string Delete { get; } = $"DELETE FROM {names.Families} f USING locked WHERE f.lookup_key = locked.lookup_key";

    public string List(string page) => $"SELECT {FamilyColumns.All} FROM {Names.Families} WHERE {page}";

    /// <summary>Rows that somebody else has locked are left to the next run: pruning waits for nobody.</summary>
    public string Prune { get; } =
        $"""
        DELETE FROM {names.Families} WHERE lookup_key = ANY (ARRAY(
            SELECT lookup_key FROM {names.Families} WHERE prune_bucket <= $1
                AND {FamilyConditions.EndedBefore("$2")}
            ORDER BY prune_bucket LIMIT $3 FOR UPDATE SKIP LOCKED))
        """;

    /// <summary>Always one row, which may hold no policy; its last column is <see cref="Doubt"/>'s word.</summary>
    public string FindPolicy { get; } =
        $"""
        SELECT policy, {DoubtOf(names.Policies, "policy IS NULL AND ")}
        FROM (VALUES (0)) AS always LEFT JOIN {names.Policies} ON tenant_id = $1 AND client_id = $2
        """;

    public string AddPolicy { get; } =
        $"INSERT INTO {names.Policies} (tenant_id, client_id, policy) VALUES ($1, $2, $3) ON CONFLICT (tenant_id, client_id) DO NOTHING";

    public string ReplacePolicy { get; } = $"UPDATE {names.Policies} SET policy = $3 WHERE tenant_id = $1 AND client_id = $2 AND policy = $4";

    public string RemovePolicy { get; } = $"DELETE FROM {names.Policies} WHERE tenant_id = $1 AND client_id = $2 AND policy = $3";

    /// <summary>Whether a key was used and has not expired.</summary>
    public string FindReplay { get; } = $"SELECT EXISTS (SELECT FROM {names.Replays} WHERE key = $1 AND expires_at > $2)";

    /// <summary>Uses a key up: true for the one insert of several, or for the one that takes over a row that has expired. A few rows of the past go with it, so that
    /// the table shrinks faster than it grows, and nobody waits.</summary>
    public string AddReplay { get; } =
        $"""
        WITH expired AS (
            DELETE FROM {names.Replays} WHERE key = ANY (ARRAY(
                SELECT key FROM {names.Replays} WHERE expires_at <= $4 AND key <> $1 ORDER BY expires_at LIMIT 4 FOR UPDATE SKIP LOCKED)))
        INSERT INTO {names.Replays} AS r (key, expires_at) VALUES ($1, $2)
        ON CONFLICT (key) DO UPDATE SET expires_at = excluded.expires_at WHERE r.expires_at <= $3
        RETURNING true
        """;

    /// <summary>The key of an advisory lock: 64 bits of SHA-256, so that it meets neither another one nor those of the host.</summary>
    public static long LockKey(params ReadOnlySpan<string> parts) => BinaryPrimitives.ReadInt64LittleEndian(StableHash.Of(parts));

    /// <summary>A standby may lack what was written last, and row level security hides rows without a word.</summary>
    private static string DoubtOf(string table, string unless) =>
        $"CASE WHEN pg_is_in_recovery() THEN 1 WHEN {unless}row_security_active('{table}'::regclass) THEN 2 ELSE 0 END";

    private static string SwapSeveralOf(string table)
    {
        var given = new GivenRows();
        var day = given.Add("bigint");
        var changes = FamilyColumns.Changes.Select(column => $"{column} = {given.Add(column switch
        {
            "secret_hash" or "salt" or "trail" => "bytea",
            "last_ip_address" or "last_user_agent" or "last_device_name" => "text",
            "metadata" => "text[]",
            _ => "bigint",
        })}").ToArray();
        var (key, version) = (given.Add("bytea"), given.Add("bigint"));
        return $"""
            UPDATE {table} f SET
                prune_bucket = CASE WHEN f.prune_bucket BETWEEN {day} - {PruneDay.Slack} AND {day} THEN f.prune_bucket ELSE {day} END,
                {string.Join(", ", changes)}
            FROM (
                SELECT given.* FROM {given} JOIN {table} r ON r.lookup_key = {key} AND r.version = {version}
                FOR NO KEY UPDATE OF r SKIP LOCKED) given
            WHERE f.lookup_key = {key}
            RETURNING given.place
            """;
    }

    private static string PlaceOf(string grantColumn) => $"${FamilyColumns.Changes.Length + 2 + Array.IndexOf(FamilyColumns.Grant, grantColumn)}";
}
