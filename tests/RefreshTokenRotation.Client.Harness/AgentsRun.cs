using System.Globalization;
using System.Text.Json;

namespace RefreshTokenRotation.Client.Harness;

/// <summary>Processes of an agent over one token file, each with a copy that it read when it began. The server is the sample, whose clock goes through days in seconds, so the policies
/// are the real ones; access tokens live half an hour.</summary>
internal static class AgentsRun
{
    public const string Npm = "npm";
    public const string CSharp = "csharp";
    public const string Fetch = "fetch";

    public static readonly string[] Kinds = [Npm, CSharp, Fetch];

    private const string UseOnce = "1 0";
    private const string FileName = "tokens.json";
    private const double Longest = 38;

    /// <param name="Uses">Calls of the API.</param>
    /// <param name="Exchanges">Exchanges that the server counted.</param>
    /// <param name="Reuses">Replays that the server saw.</param>
    /// <param name="ForcedLogIns">How often a process was refused with the token that was stored, and the user had to log in.</param>
    internal sealed record Result(int Uses, long Exchanges, long Reuses, int ForcedLogIns)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"{Uses,6} calls, {Exchanges,6} exchanges, {Reuses,5} reuse events, {ForcedLogIns,5} forced log-ins");
    }

    public static async Task<Result> RunAsync(AgentsServer server, string kind, string preset, int days, int hours = 16, int processes = 5, TextWriter? progress = null)
    {
        var before = await server.CountAsync();
        var folder = Directory.CreateTempSubdirectory("client-harness-");
        using var run = new Run(kind, server, AgentsServer.ClientId(preset), folder.FullName, new Random(1));
        try
        {
            await run.StartAsync(processes);
            for (var day = 0; day < days; day++)
            {
                await run.WorkAsync(server.Clock.GetUtcNow() + TimeSpan.FromHours(hours));
                server.Clock.Advance(TimeSpan.FromHours(24 - hours));
                await run.BeginAnewAsync();
                var soFar = await CountAsync();
                progress?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind} {preset}, day {day + 1}: {soFar}"));
            }

            return await CountAsync();
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        async Task<Result> CountAsync()
        {
            var after = await server.CountAsync();
            return new Result(run.Uses, after.Exchanges - before.Exchanges, after.Reuses - before.Reuses, run.ForcedLogIns);
        }
    }

    private sealed class Run(string kind, AgentsServer server, string clientId, string folder, Random random) : IDisposable
    {
        private readonly List<ChildProcess> _processes = [];
        private readonly SemaphoreSlim _user = new(1);
        private int _uses;

        public int Uses => _uses;

        public int ForcedLogIns { get; private set; }

        private SharedClock Time => server.Clock;

        public async Task StartAsync(int processes)
        {
            await LogInAsync();
            var script = kind switch { Npm => "agent-mcp.mjs", Fetch => "agent-fetch.mjs", _ => null };
            _processes.AddRange(Enumerable.Range(0, processes).Select(_ => script is null
                ? ChildProcess.Start("agent", server.Api.AbsoluteUri, folder, clientId)
                : ChildProcess.StartNode(script, server.Issuer.AbsoluteUri, clientId, Path.Combine(folder, FileName), server.Api.AbsoluteUri)));
        }

        /// <summary>Each process calls the API every half hour or a little later; now and then all of them do at once.</summary>
        public async Task WorkAsync(DateTimeOffset evening)
        {
            var agenda = new PriorityQueue<ChildProcess, DateTimeOffset>();
            _processes.ForEach(process => agenda.Enqueue(process, Time.GetUtcNow() + TimeSpan.FromMinutes(random.NextDouble() * Longest)));
            while (agenda.TryDequeue(out var process, out var at) && at < evening)
            {
                Time.Set(at);
                if (random.NextDouble() < 0.04)
                {
                    Time.Advance(TimeSpan.FromMinutes(12));
                    await Task.WhenAll(_processes.Select(UseAsync));
                }
                else
                {
                    await UseAsync(process);
                }

                agenda.Enqueue(process, Time.GetUtcNow() + AgentsServer.AccessTokenLifetime + TimeSpan.FromMinutes(random.NextDouble() * (Longest - AgentsServer.AccessTokenLifetime.TotalMinutes)));
            }

            Time.Set(evening > Time.GetUtcNow() ? evening : Time.GetUtcNow());
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
            var json = await server.LogInAsync(clientId);
            if (kind != CSharp)
            {
                await File.WriteAllTextAsync(Path.Combine(folder, FileName), json);
                return;
            }

            using var tokens = JsonDocument.Parse(json);
            await McpRequests.SignInAsync(
                server.Issuer.AbsoluteUri, folder, tokens.RootElement.GetProperty("access_token").GetString()!, tokens.RootElement.GetProperty("refresh_token").GetString()!, clientId);
        }
    }
}
