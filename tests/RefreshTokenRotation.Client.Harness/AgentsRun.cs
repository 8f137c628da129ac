using System.Globalization;
using System.Text.Json;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Client.Harness;

/// <summary>Processes of an agent over one token file, each with a copy that it read when it began. The server's clock goes through days in seconds, so the policies are the
/// real ones; the API refuses an access token after half an hour.</summary>
internal static class AgentsRun
{
    public const string Npm = "npm";
    public const string CSharp = "csharp";
    public const string Fetch = "fetch";

    public static readonly string[] Kinds = [Npm, CSharp, Fetch];

    private const string UseOnce = "1 0";
    private const string FileName = "tokens.json";
    private const double Longest = 38;

    private static readonly TimeSpan AccessTokenLifetime = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan Day = TimeSpan.FromHours(16);
    private static readonly TimeSpan Night = TimeSpan.FromHours(8);

    /// <param name="Uses">Calls of the API.</param>
    /// <param name="Exchanges">Tokens that the server issued, log-ins apart.</param>
    /// <param name="Reuses">Replays that the server saw.</param>
    /// <param name="ForcedLogIns">How often a process was refused with the token that was stored, and the user had to log in.</param>
    internal sealed record Result(int Uses, long Exchanges, long Reuses, int ForcedLogIns)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"{Uses,6} calls, {Exchanges,6} exchanges, {Reuses,5} reuse events, {ForcedLogIns,5} forced log-ins");
    }

    public static async Task<Result> RunAsync(string kind, RotationPolicy policy, int days, int processes = 5, int seed = 1)
    {
        var time = new FakeTime();
        await using var server = await AuthServer.StartAsync(policy, time, accessTokenLifetime: AccessTokenLifetime);
        var folder = Directory.CreateTempSubdirectory("client-harness-");
        using var run = new Run(kind, server, time, folder.FullName, new Random(seed));
        try
        {
            await run.StartAsync(processes);
            for (var day = 0; day < days; day++)
            {
                await run.WorkAsync(time.GetUtcNow() + Day);
                time.Advance(Night);
                await run.BeginAnewAsync();
            }

            return new Result(run.Uses, server.Exchanges - run.ForcedLogIns - 1, server.Reuses, run.ForcedLogIns);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private sealed class Run(string kind, AuthServer server, FakeTime time, string folder, Random random) : IDisposable
    {
        private readonly List<ChildProcess> _processes = [];
        private readonly SemaphoreSlim _user = new(1);
        private int _uses;

        public int Uses => _uses;

        public int ForcedLogIns { get; private set; }

        public async Task StartAsync(int processes)
        {
            await LogInAsync();
            var script = kind switch { Npm => "agent-mcp.mjs", Fetch => "agent-fetch.mjs", _ => null };
            _processes.AddRange(Enumerable.Range(0, processes).Select(_ => script is null
                ? ChildProcess.Start("worker", Worker.Agent, server.Address.AbsoluteUri, folder, string.Empty)
                : ChildProcess.StartNode(script, server.Address.AbsoluteUri, AuthServer.ClientId, Path.Combine(folder, FileName))));
        }

        /// <summary>Each process calls the API every half hour or a little later; now and then all of them do at once.</summary>
        public async Task WorkAsync(DateTimeOffset evening)
        {
            var agenda = new PriorityQueue<ChildProcess, DateTimeOffset>();
            _processes.ForEach(process => agenda.Enqueue(process, time.GetUtcNow() + TimeSpan.FromMinutes(random.NextDouble() * Longest)));
            while (agenda.TryDequeue(out var process, out var at) && at < evening)
            {
                time.Set(at);
                if (random.NextDouble() < 0.04)
                {
                    time.Advance(TimeSpan.FromMinutes(12));
                    await Task.WhenAll(_processes.Select(UseAsync));
                }
                else
                {
                    await UseAsync(process);
                }

                agenda.Enqueue(process, time.GetUtcNow() + AccessTokenLifetime + TimeSpan.FromMinutes(random.NextDouble() * (Longest - AccessTokenLifetime.TotalMinutes)));
            }

            time.Set(evening > time.GetUtcNow() ? evening : time.GetUtcNow());
        }

        /// <summary>Every process reads the file again, as after a restart.</summary>
        public Task BeginAnewAsync() => Task.WhenAll(_processes.Select(static process => process.AskAsync(Worker.Reload)));

        public void Dispose()
        {
            _processes.ForEach(static process => process.Dispose());
            _user.Dispose();
        }

        private async Task UseAsync(ChildProcess process)
        {
            Interlocked.Increment(ref _uses);
            if (await SucceedsAsync(process))
            {
                return;
            }

            await _user.WaitAsync();
            try
            {
                // Another process may have stored a newer token, or its user has just logged in.
                await process.AskAsync(Worker.Reload);
                if (await SucceedsAsync(process))
                {
                    return;
                }

                ForcedLogIns++;
                await LogInAsync();
                await process.AskAsync(Worker.Reload);
                if (!await SucceedsAsync(process))
                {
                    throw new InvalidOperationException("A process was refused right after a log-in.");
                }
            }
            finally
            {
                _user.Release();
            }
        }

        private static async Task<bool> SucceedsAsync(ChildProcess process) => await process.AskAsync(UseOnce) == "1";

        private async Task LogInAsync()
        {
            using var http = new HttpClient();
            using var form = new FormUrlEncodedContent([new("grant_type", AuthServer.LogIn.Type), new("client_id", AuthServer.ClientId)]);
            using var response = (await http.PostAsync(server.TokenEndpoint, form)).EnsureSuccessStatusCode();
            var json = await response.Content.ReadAsStringAsync();
            if (kind != CSharp)
            {
                await File.WriteAllTextAsync(Path.Combine(folder, FileName), json);
                return;
            }

            using var tokens = JsonDocument.Parse(json);
            await McpRequests.SignInAsync(server.Address, folder, tokens.RootElement.GetProperty("access_token").GetString()!, tokens.RootElement.GetProperty("refresh_token").GetString()!);
        }
    }
}
