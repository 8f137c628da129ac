using System.Globalization;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.TestSupport.OpenIddict;

namespace RefreshTokenRotation.Benchmarks.Hosts;

/// <summary>An OpenIddict server on PostgreSQL, with families and without, in turn and in one run: what a rotation over HTTP costs, and what becomes of a
/// token that several callers present at once.</summary>
internal static class OpenIddictReport
{
    private static readonly RotationPolicy Leeway = RotationPolicy.Spa with { Leeway = TimeSpan.FromMinutes(10) };

    /// <summary>Runs the report.</summary>
    /// <param name="quick">Fewer rotations.</param>
    /// <param name="races">How many races there are of each kind.</param>
    public static async Task RunAsync(bool quick, int races)
    {
        var binaries = await PostgresServer.FindBinariesAsync() ?? throw new InvalidOperationException("This mode needs PostgreSQL's server: tests/install-postgresql.sh");
        await using var server = await PostgresServer.StartAsync(binaries, durable: true);
        await MeasureAsync(server.ConnectionString, rounds: quick ? 1 : 5, rotations: quick ? 200 : 1000);
        Console.WriteLine();
        await RaceAsync(server.ConnectionString, races);
    }

    private static async Task MeasureAsync(string connectionString, int rounds, int rotations)
    {
        await using var alone = await RotationLoad.StartAsync(connectionString, policy: null);
        await using var references = await RotationLoad.StartAsync(connectionString, policy: null, server => server.UseReferenceRefreshTokens());
        await using var families = await RotationLoad.StartAsync(connectionString, RotationPolicy.Strict);
        await using var bare = await RotationLoad.StartAsync(
            connectionString, RotationPolicy.Strict, configureRotation: options => options.StoreTokenEntries = false);
        (string Name, RotationLoad Load)[] servers =
        [
            ("OpenIddict alone", alone), ("OpenIddict alone, references", references), ("families", families), ("families, no access token rows", bare),
        ];
        var costs = servers.Select(static _ => new List<RotationCost>()).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < servers.Length; i++)
            {
                costs[i].Add(await servers[i].Load.MeasureAsync(rotations));
            }
        }

        Console.WriteLine($"{"8 sessions, 8 at once",-31} {"rotations/s",11} {"to alone",8} {"rows",5} {"of refresh tokens",17} {"stored B",9} {"allocated B",11}");
        for (var i = 0; i < servers.Length; i++)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{servers[i].Name,-31} {Middle(costs[i].Select(cost => cost.PerSecond)),11:F0} "
                + $"{Middle(costs[i].Zip(costs[0], static (cost, first) => cost.PerSecond / first.PerSecond)),8:F2} {Middle(costs[i].Select(cost => cost.Rows)),5:F1} "
                + $"{Middle(costs[i].Select(cost => cost.RefreshRows)),17:F1} {costs[i].Average(cost => cost.StoredBytes),9:F0} "
                + $"{Middle(costs[i].Select(cost => cost.AllocatedBytes)),11:F0}"));
        }
    }

    private static async Task RaceAsync(string connectionString, int races)
    {
        Console.WriteLine($"{"races of one token",-31} {"callers",7} {"rounds",6} {"forks",6} {"successes",9} {"refusals",8} {"others",6}");
        foreach (var callers in (int[])[2, 8])
        {
            await RunAsync("OpenIddict alone", policy: null, TimeSpan.Zero, callers);
            await RunAsync("OpenIddict alone, leeway", policy: null, TimeSpan.FromSeconds(30), callers);
            await RunAsync("families", RotationPolicy.Strict, TimeSpan.Zero, callers);
            await RunAsync("families, leeway", Leeway, TimeSpan.Zero, callers);
        }

        async Task RunAsync(string name, RotationPolicy? policy, TimeSpan leeway, int callers)
        {
            var database = await OpenIddictHost.CreateDatabaseAsync(connectionString);
            await using var host = await OpenIddictHost.StartAsync(database, policy, server => server.SetRefreshTokenReuseLeeway(leeway));
            var outcome = await Race.RunAsync(host.Client, callers, races);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-31} {callers,7} {outcome.Rounds,6} {outcome.Forks,6} {outcome.Successes,9} {outcome.Refusals,8} {outcome.Others,6}"));
        }
    }

    private static double Middle(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
