using System.Globalization;
using Npgsql;
using RefreshTokenRotation.PostgreSql;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Benchmarks.Capacity;

/// <summary>A table of many families with the real schema and the contents of real log-ins, and what the server says of it.</summary>
/// <remarks>
/// A month of all families would take days, so the month is one of a sample. Its rows lie side by side, in the table and in every index: their keys begin with a byte that no other
/// key begins with. So the pages that the sample writes hold nothing but the sample, and become as full, as dead and as bloated as all pages would if all families were written.
/// </remarks>
internal sealed class FamilyTable(NpgsqlDataSource source, DateTimeOffset start, int families, int sample)
{
    /// <summary>A session that is used each day lives 30 days, and pruning deletes it 7 days later.</summary>
    public const int DaysOfLife = 30;
    public const int DaysInTable = 37;

    /// <summary>What the store's sessions are known by.</summary>
    public const string Application = "capacity";

    private const string Name = $"{PostgreSqlSchema.DefaultSchemaName}.{PostgreSqlSchema.DefaultTableName}";
    private const int Chunk = 100_000;

    public int Families => families;

    public int Sample => sample;

    public DateTimeOffset Start => start;

    /// <summary>Whether a family is one of the sample: those in the middle of the table are.</summary>
    public static (int First, int End) Range(int families, int sample) => ((families - sample) / 2, ((families - sample) / 2) + sample);

    /// <summary>The key of the family with this number.</summary>
    public static Opaque256 KeyOf(int number, bool isSampled)
    {
        Span<byte> key = stackalloc byte[Opaque256.Size];
        System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)), key);
        key[0] = isSampled ? (byte)0 : (byte)(1 + (number % 255));
        return new Opaque256(key);
    }

    /// <summary>Inserts all families in the order of their log-ins, with every index in place, so that the indexes grow as they do in life.</summary>
    public async Task FillAsync()
    {
        await PostgreSqlSchema.ApplyAsync(source);
        await ExecuteAsync($"ALTER TABLE {Name} SET (autovacuum_enabled = false)");

        // A crash may cost this table all it has, but no exchange after it.
        await ExecuteAsync("ALTER SYSTEM SET full_page_writes = off", "ALTER SYSTEM SET checkpoint_timeout = '1h'", "ALTER SYSTEM SET max_wal_size = '16GB'", "SELECT pg_reload_conf()");
        var (first, end) = Range(families, sample);
        await FillAsync(0, first, isSampled: false);
        await FillAsync(first, end, isSampled: true);
        await FillAsync(end, families, isSampled: false);
        await ExecuteAsync(
            "ALTER SYSTEM RESET full_page_writes", "ALTER SYSTEM RESET checkpoint_timeout", "ALTER SYSTEM RESET max_wal_size", "SELECT pg_reload_conf()", "CHECKPOINT");
    }

    /// <summary>Removes what is dead, from the indexes too: the server would leave them alone while only few pages have dead rows, which the sample's are.</summary>
    public async Task<TimeSpan> VacuumAsync()
    {
        var begin = TimeProvider.System.GetTimestamp();
        await ExecuteAsync($"VACUUM (INDEX_CLEANUP ON, ANALYZE) {Name}");
        return TimeProvider.System.GetElapsedTime(begin);
    }

    public Task CheckpointAsync() => ExecuteAsync("CHECKPOINT");

    /// <summary>Bytes of the table and of each index.</summary>
    public async Task<Dictionary<string, long>> SizesAsync()
    {
        await using var command = source.CreateCommand(
            $"""
            SELECT 'table', pg_table_size('{Name}'::regclass)
            UNION ALL SELECT replace(relname, '{PostgreSqlSchema.DefaultTableName}_', ''), pg_relation_size(oid) FROM pg_class
                WHERE oid IN (SELECT indexrelid FROM pg_index WHERE indrelid = '{Name}'::regclass)
            """);
        await using var rows = await command.ExecuteReaderAsync();
        var sizes = new Dictionary<string, long>(StringComparer.Ordinal);
        while (await rows.ReadAsync())
        {
            sizes[rows.GetString(0)] = rows.GetInt64(1);
        }

        return sizes;
    }

    /// <summary>The place in the write-ahead log, and how many page images it has had.</summary>
    public async Task<(decimal Bytes, long Images)> LogAsync()
    {
        await using var command = source.CreateCommand("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0'), wal_fpi FROM pg_stat_wal");
        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();
        return (row.GetDecimal(0), row.GetInt64(1));
    }

    /// <summary>Updates, heap-only updates, and rows that are dead and not yet removed, as the server counts them.</summary>
    public async Task<(long Updates, long Hot, long Dead)> CountsAsync()
    {
        await using var command = source.CreateCommand($"SELECT n_tup_upd, n_tup_hot_upd, n_dead_tup FROM pg_stat_user_tables WHERE relid = '{Name}'::regclass");
        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();
        return (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2));
    }

    /// <summary>How many sessions the store has opened.</summary>
    public async Task<long> SessionsAsync()
    {
        await using var command = source.CreateCommand($"SELECT count(*) FROM pg_stat_activity WHERE application_name = '{Application}'");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Ends the store's sessions: the server counts all that a session did when it ends, at the latest.</summary>
    public async Task SettleAsync(NpgsqlDataSource ofStore)
    {
        ofStore.Clear();
        while (await SessionsAsync() > 0)
        {
            await Task.Delay(50);
        }
    }

    private Task FillAsync(int from, int to, bool isSampled) => Parallel.ForEachAsync(
        Enumerable.Range(0, (to - from + Chunk - 1) / Chunk).Select(chunk => from + (chunk * Chunk)),
        new ParallelOptions { MaxDegreeOfParallelism = 2 },
        async (at, _) =>
        {
            await InsertAsync(at, Math.Min(at + Chunk, to), isSampled);
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetLocalNow():HH:mm:ss} {at:N0} families are in"));
        });

    /// <summary>Rows as a log-in leaves them. Those of the sample are of every age that a row can have; the others outlive the month, so that pruning meets the sample alone.</summary>
    private Task InsertAsync(int from, int to, bool isSampled)
    {
        const long Day = TimeSpan.TicksPerDay;
        var prefix = isSampled ? "'00'" : "lpad(to_hex(1 + i % 255), 2, '0')";
        var (created, absolute) = isSampled
            ? ($"{start.UtcTicks} - (i % {DaysInTable}) * {Day} - {Day}", $"{start.UtcTicks} + ({DaysOfLife} - i % {DaysInTable}) * {Day} - {Day}")
            : ($"{start.UtcTicks} - {families} * 1000::bigint + i * 1000::bigint", $"{start.UtcTicks} + (40 + i % {DaysOfLife}) * {Day}");
        var idle = isSampled ? $"least(a.absolute, {start.UtcTicks} + (9 + i % 7) * {Day})" : "a.absolute";
        return ExecuteAsync(
            $"""
            INSERT INTO {Name} (lookup_key, family_id, version, kind, generation, secret_hash, created_at, rotated_at, leeway_until, recover_until, absolute_expires_at,
                idle_expires_at, last_used_at, revoked_at, authentication_time, prune_bucket, revocation_reason, tenant_id, subject, client_id, session_id, scopes, resources,
                first_ip_address, first_user_agent, first_device_name, metadata)
            SELECT set_byte(sha256(i::text::bytea), 0, {(isSampled ? "0" : "1 + i % 255")}), ({prefix} || substr(md5(i::text), 3))::uuid, 1, 1, 0, sha256(('s' || i)::bytea), {created}, 0, 0, 0,
                a.absolute, {idle}, 0, 0, 0, {idle} / {Day}, 0, '', 'auth0|' || {prefix} || substr(md5((i / 2)::text), 1, 22), 'client-' || i % 5,
                {prefix} || substr(md5('session' || i), 1, 30), '{"{openid,profile,offline_access}"}', '{"{https://api.example.com}"}',
                '203.0.113.' || i % 256, '{Workload.Device.UserAgent}', '{Workload.Device.Name}', '{"{region,eu}"}'
            FROM generate_series({from}, {to - 1}) AS i CROSS JOIN LATERAL (SELECT {absolute} AS absolute) AS a
            """);
    }

    private async Task ExecuteAsync(params string[] statements)
    {
        foreach (var sql in statements)
        {
            await using var command = source.CreateCommand(sql);
            command.CommandTimeout = 0;
            await command.ExecuteNonQueryAsync();
        }
    }
}
