using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using RefreshTokenRotation.AspNetCore;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Benchmarks.Edge;

/// <summary>The sample as it runs in production, in a process of its own, with PostgreSQL. Its users and clients come from its command line.</summary>
internal sealed class SampleServer : IAsyncDisposable
{
    public static readonly string[] Presets = ["Strict", "Spa", "Mobile"];

    private const int Users = 20;
    private const string Secret = "only for this run";

    private readonly ServerProcess _process;
    private readonly HttpClient _http;

    private SampleServer(ServerProcess process) => (_process, _http) = (process, new HttpClient { BaseAddress = new Uri(process.Origin) });

    public int Port => _process.Port;

    public static async Task<SampleServer> StartAsync(string connection) =>
        new(await ServerProcess.StartAsync("Production", FreePort.Take(), Arguments(connection)));

    /// <summary>Logs in as many clients under each preset.</summary>
    public async Task<EdgeClient[]> LogInAsync(int each)
    {
        var clients = new EdgeClient[each * Presets.Length];
        await Parallel.ForAsync(0, clients.Length, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, cancellation) =>
        {
            var preset = Presets[i % Presets.Length];
            using var answer = await PostAsync(
                [new("grant_type", "password"), new("client_id", ClientId(preset)), new("username", $"user{i / Presets.Length % Users}"), new("password", Secret), new("scope", "offline_access read:messages")],
                cancellation);
            var tokens = await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(cancellation);
            clients[i] = new EdgeClient(Port, preset, ClientId(preset), tokens.GetProperty("refresh_token").GetString()!);
        });
        return clients;
    }

    /// <summary>Tries until the server has a place: one that has just started is slow.</summary>
    private async Task<HttpResponseMessage> PostAsync(KeyValuePair<string, string>[] fields, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var form = new FormUrlEncodedContent(fields);
            var answer = await _http.PostAsync(new Uri("/oauth/token", UriKind.Relative), form, cancellationToken);
            if (answer.StatusCode != HttpStatusCode.ServiceUnavailable || attempt == 100)
            {
                return answer;
            }

            await Task.Delay(answer.Headers.RetryAfter!.Delta!.Value, cancellationToken);
            answer.Dispose();
        }
    }

    /// <summary>Asks for the metadata, as every client may at any time.</summary>
    /// <returns>How long that took; null if it was no 200.</returns>
    public async Task<TimeSpan?> ReadMetadataAsync()
    {
        var start = Stopwatch.GetTimestamp();
        using var answer = await _http.GetAsync(new Uri("/.well-known/openid-configuration", UriKind.Relative));
        return answer.IsSuccessStatusCode ? Stopwatch.GetElapsedTime(start) : null;
    }

    /// <summary>What the process holds in memory and what the collector found in use, in megabytes.</summary>
    public async Task<(double Resident, double Heap)> ReadMemoryAsync()
    {
        var resident = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{_process.Id}/status"))
            .Single(static line => line.StartsWith("VmRSS:", StringComparison.Ordinal))[6..].Replace("kB", string.Empty, StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", Secret) } };
        using var answer = await _http.SendAsync(request);
        var heap = (await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync()).Split('\n')
            .Where(static line => line.StartsWith("dotnet_gc_last_collection_heap_size", StringComparison.Ordinal))
            .Sum(static line => double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));
        return (double.Parse(resident, CultureInfo.InvariantCulture) / 1024, heap / (1024 * 1024));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
    }

    private static string ClientId(string preset) => $"edge-{preset}";

    private static string[] Arguments(string connection) =>
    [
        "--store", "postgres", "--connection", connection,
        "--AttemptsPerMinute", "1000000", "--MetricsToken", Secret,
        .. Enumerable.Range(0, Users).Select(static user => $"user{user}").Concat(["alice", "bob", "admin"]).SelectMany(static user => (string[])[$"--Users:{user}:Password", Secret]),
        .. ((string[])["web", "web-strict", "machine"]).SelectMany(static client => (string[])[$"--Clients:{client}:SecretHash", ClientSecret.Hash(Secret)]),
        .. Presets.SelectMany(static preset => (string[])
        [
            $"--Clients:{ClientId(preset)}:GrantTypes:0", "password", $"--Clients:{ClientId(preset)}:GrantTypes:1", "refresh_token",
            $"--Clients:{ClientId(preset)}:DefaultAudience", "https://api1", $"--Clients:{ClientId(preset)}:Preset", preset,
        ]),
    ];
}
