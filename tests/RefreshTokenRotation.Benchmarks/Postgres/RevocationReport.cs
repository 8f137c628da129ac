using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RefreshTokenRotation.PostgreSql;
using RefreshTokenRotation.PostgreSql.Tests.Support;

namespace RefreshTokenRotation.Benchmarks.Postgres;

/// <summary>Revokes every family of a large client while another client's exchanges go on, with durable commits: what those exchanges feel.</summary>
internal static class RevocationReport
{
    private const int Clients = 16;

    public static async Task RunAsync(int families)
    {
        var binaries = await PostgresServer.FindBinariesAsync() ?? throw new InvalidOperationException("This mode needs PostgreSQL's server: tests/install-postgresql.sh");
        await using var server = await PostgresServer.StartAsync(binaries, durable: true);
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await PostgreSqlSchema.ApplyAsync(source);
        var services = new ServiceCollection();
        services.AddRefreshTokenRotation(static options => options.DefaultPolicy = RotationPolicy.Spa).UsePostgreSql(server.ConnectionString);
        await using var provider = services.BuildServiceProvider();
        var engine = provider.GetRequiredService<IRefreshTokenService>();
        await FillAsync(source, families);
        var work = new Func<Task>[Clients];
        for (var client = 0; client < Clients; client++)
        {
            work[client] = Workload.Client(engine, (await engine.IssueAsync(Workload.Login($"user{client}"))).RefreshToken);
        }

        await ExchangeAsync(work, Task.Delay(TimeSpan.FromSeconds(1)));
        Print("before", await ExchangeAsync(work, Task.Delay(TimeSpan.FromSeconds(10))));
        var place = await ScalarAsync<string>(source, "SELECT pg_current_wal_lsn()::text");
        var start = Stopwatch.GetTimestamp();
        var revoking = Task.Run(async () => await provider.GetRequiredService<ITokenFamilyManager>().RevokeAsync(TokenFamilyFilter.ForClient("large")));
        Print("meanwhile", await ExchangeAsync(work, revoking));
        var revoked = await revoking;
        var took = Stopwatch.GetElapsedTime(start);
        var log = await ScalarAsync<long>(source, $"SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '{place}')::bigint");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{revoked} families revoked in {took.TotalSeconds:F1} s; {log / 1_000_000} MB of log, that of the exchanges among them"));
    }

    private static async Task FillAsync(NpgsqlDataSource source, int families)
    {
        var end = DateTimeOffset.UtcNow.AddDays(30);
        await using var fill = source.CreateCommand(
            $"""
            INSERT INTO {PostgreSqlSchema.DefaultSchemaName}.{PostgreSqlSchema.DefaultTableName} (lookup_key, family_id, version, kind, generation, secret_hash, created_at,
                rotated_at, leeway_until, recover_until, absolute_expires_at, idle_expires_at, last_used_at, revoked_at, authentication_time, prune_bucket,
                revocation_reason, tenant_id, subject, client_id, session_id)
            SELECT sha256(i::text::bytea), md5(i::text)::uuid, 1, 1, 0, sha256(i::text::bytea), {DateTimeOffset.UtcNow.UtcTicks} - i * 1000000::bigint, 0, 0, 0,
                {end.UtcTicks}, 0, 0, 0, 0, {end.UtcTicks / TimeSpan.TicksPerDay}, 0, '', 'user-' || i, 'large', 'session-' || i
            FROM generate_series(1, {families}) AS i;
            ANALYZE
            """);
        fill.CommandTimeout = 0;
        await fill.ExecuteNonQueryAsync();
    }

    /// <summary>Lets every client exchange until something else is done.</summary>
    private static async Task<(double[] Milliseconds, int Failed)> ExchangeAsync(Func<Task>[] clients, Task until)
    {
        var times = new ConcurrentBag<double>();
        var failed = 0;
        await Task.WhenAll(clients.Select(client => Task.Run(async () =>
        {
            while (!until.IsCompleted)
            {
                var start = Stopwatch.GetTimestamp();
                try
                {
                    await client();
                }
                catch (RefreshTokenUnavailableException)
                {
                    Interlocked.Increment(ref failed);
                }

                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        })));
        return ([.. times.Order()], failed);
    }

    private static void Print(string when, (double[] Milliseconds, int Failed) exchanges)
    {
        var (times, failed) = exchanges;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{when,-10} {times.Length,8} exchanges of another client, {failed} failed; ms: median {times[times.Length / 2]:F1}, "
            + $"99 % {times[times.Length * 99 / 100]:F1}, worst {times[^1]:F0}"));
    }

    private static async Task<T> ScalarAsync<T>(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }
}
