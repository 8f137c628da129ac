using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using RefreshTokenRotation.Benchmarks.Load;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.TestSupport.OpenIddict;

namespace RefreshTokenRotation.Benchmarks.Hosts;

/// <summary>One server in a process of its own with a database of its own, and what was measured of it.</summary>
internal sealed class Peer : IAsyncDisposable
{
    private readonly ServerProcess _server;
    private readonly NpgsqlDataSource _database;
    private readonly Dictionary<int, List<PeerRound>> _rounds = [];

    private Peer(string name, ServerProcess server, NpgsqlDataSource database)
    {
        Name = name;
        _server = server;
        _database = database;
    }

    public string Name { get; }

    public static async Task<Peer> StartAsync(string kind, PostgresServer postgres)
    {
        var connectionString = await OpenIddictHost.CreateDatabaseAsync(postgres.ConnectionString);
        return new Peer(kind, await ServerProcess.StartAsync("peer-server", kind, connectionString), NpgsqlDataSource.Create($"{connectionString};Application Name=report"));
    }

    /// <summary>Lets so many clients refresh, each with a session of its own.</summary>
    public async Task RunAsync(int clients, TimeSpan duration, bool counts)
    {
        var tokens = await _server.StartChainsAsync(clients);
        using var client = new LoadClient([.. tokens.Select(token => new Chain(_server.Port, PeerServer.Of(Name), token))]);
        var (rows, log) = (await RowsAsync(), await LogAsync());
        var round = await LoadMode.MeasureAsync(_server, client, duration);
        var (rowsAfter, logAfter) = (await RowsAsync(), await LogAsync());
        if (counts)
        {
            Rounds(clients).Add(new PeerRound(round, (rowsAfter - rows) / (double)round.Requests, (double)(logAfter - log) / round.Requests));
        }
    }

    /// <summary>Presents one token twice at once, again and again.</summary>
    /// <returns>How often it got two successors, and how often no caller was refused.</returns>
    public async Task<(int Forks, int BothServed)> RaceAsync(int rounds)
    {
        var request = PeerServer.Of(Name);
        using var http = new HttpClient { BaseAddress = _server.Address };
        var (forks, served) = (0, 0);
        for (var round = 0; round < rounds; round++)
        {
            var token = (await _server.StartChainsAsync(1))[0];
            var answers = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => RefreshAsync(token))));
            forks += answers.OfType<string>().Distinct(StringComparer.Ordinal).Count() > 1 ? 1 : 0;
            served += answers.All(static answer => answer is not null) ? 1 : 0;
        }

        return (forks, served);

        async Task<string?> RefreshAsync(string token)
        {
            using var body = new StringContent(request.Body(token), MediaTypeHeaderValue.Parse(request.MediaType));
            using var answer = await http.PostAsync(new Uri(request.Path, UriKind.Relative), body);
            return answer.IsSuccessStatusCode ? (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty(request.Member).GetString() : null;
        }
    }

    public double Median(int clients, Func<PeerRound, double> part) => LoadReport.Middle(Rounds(clients).Select(part));

    /// <summary>The median of the ratios, round by round.</summary>
    public double Ratio(int clients, Peer to, Func<PeerRound, double> part) => LoadReport.Middle(Rounds(clients).Zip(to.Rounds(clients), (x, y) => part(x) / part(y)));

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _database.DisposeAsync();
    }

    private List<PeerRound> Rounds(int clients) => _rounds.TryGetValue(clients, out var rounds) ? rounds : _rounds[clients] = [];

    /// <summary>The rows of every table.</summary>
    private async Task<long> RowsAsync()
    {
        var tables = new List<string>();
        await using (var command = _database.CreateCommand("SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"))
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                tables.Add(reader.GetString(0));
            }
        }

        await using var count = _database.CreateCommand($"SELECT {string.Join(" + ", tables.Select(static table => $"(SELECT count(*) FROM {table})"))}");
        return (long)(await count.ExecuteScalarAsync())!;
    }

    /// <summary>The place in the write-ahead log: one server works at a time.</summary>
    private async Task<decimal> LogAsync()
    {
        await using var command = _database.CreateCommand("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')");
        return (decimal)(await command.ExecuteScalarAsync())!;
    }
}

/// <summary>What one round measured of a server.</summary>
/// <param name="Load">Times, processor time and allocations.</param>
/// <param name="Rows">Rows that a refresh added.</param>
/// <param name="Log">Bytes of write-ahead log, a refresh.</param>
internal readonly record struct PeerRound(LoadRound Load, double Rows, double Log)
{
    public double PerSecond => 1e6 / Load.Time;
}
