using System.Globalization;
using System.Text.RegularExpressions;
using RefreshTokenRotation.PostgreSql.Internal;
using RefreshTokenRotation.PostgreSql.Tests.Support;

namespace RefreshTokenRotation.Benchmarks.Postgres;

/// <summary>The two statements of an exchange as a script of pgbench, whose variables stand for the parameters.</summary>
/// <remarks>Each client reads the key and version of its own family once, and counts the version itself from then on.</remarks>
internal sealed partial class PgbenchScript(Statements sql)
{
    /// <summary>The trail, that few families have: a variable can't hold none.</summary>
    private const string Null = "NULL";

    /// <summary>The parameters of the update but the last two, as columns of a row that is there.</summary>
    private static readonly string[] Columns =
    [
        "prune_bucket", "next_version", "kind", "generation", "secret_hash", "secret_hash", "rotated_at", "leeway_until", "recover_until",
        "absolute_expires_at", "idle_expires_at", "last_used_at", "revoked_at", "revocation_reason", "first_ip_address", "first_user_agent",
        "first_device_name", "metadata", Null, "lookup_key", "version",
    ];

    /// <summary>Runs pgbench.</summary>
    /// <returns>Exchanges a second.</returns>
    public async Task<double> RunAsync(PostgresServer server, int clients, int seconds)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, Write());
            var output = await server.RunToolAsync(
                "pgbench",
                "--no-vacuum", "--protocol=prepared", $"--file={file}", "--define=ready=0",
                string.Create(CultureInfo.InvariantCulture, $"--client={clients}"),
                string.Create(CultureInfo.InvariantCulture, $"--jobs={Math.Min(clients, Environment.ProcessorCount)}"),
                string.Create(CultureInfo.InvariantCulture, $"--time={seconds}"),
                "--host=127.0.0.1", string.Create(CultureInfo.InvariantCulture, $"--port={server.Port}"), "--username=postgres", "postgres");
            return Tps().Match(output) is { Success: true } tps
                ? double.Parse(tps.Groups[1].Value, CultureInfo.InvariantCulture)
                : throw new InvalidOperationException($"pgbench reported no rate: {output}");
        }
        finally
        {
            File.Delete(file);
        }
    }

    private string Write()
    {
        var owned = $"FROM {sql.Names.Families} WHERE subject = 'user' || :client_id";
        return $"""
            \if :ready
            \else
            SELECT {string.Join(", ", Columns.Distinct().Where(static column => column is not ("next_version" or Null)))} {owned} \gset
            \set ready 1
            \endif
            {sql.Find.Replace("$1", ":lookup_key", StringComparison.Ordinal)};
            \set next_version :version + 1
            {Bind(sql.Swap)};
            \set version :next_version

            """;
    }

    private static string Bind(string statement) => Place().Replace(
        statement, static match => Columns[int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) - 1] is var column and not Null ? $":{column}" : Null);

    [GeneratedRegex(@"tps = ([0-9.]+)")]
    private static partial Regex Tps();

    [GeneratedRegex(@"\$([0-9]+)")]
    private static partial Regex Place();
}
