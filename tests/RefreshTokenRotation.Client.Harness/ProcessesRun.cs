using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace RefreshTokenRotation.Client.Harness;

/// <summary>Several processes over one session: each expiry gives every request of every process a 401 at once.</summary>
internal static class ProcessesRun
{
    public const string Ours = "ours";
    public const string Duende = "duende";
    public const string Mcp = "mcp";

    public static readonly string[] Kinds = [Ours, Duende, Mcp];

    /// <param name="Expiries">How often all access tokens ended.</param>
    /// <param name="Exchanges">Successful exchanges, log-ins apart.</param>
    /// <param name="WrongExpiries">Expiries with more or fewer exchanges than one.</param>
    /// <param name="Reuses">Replays that the server saw.</param>
    /// <param name="LogOuts">How often no process had a good token left, and a new log-in was given to all.</param>
    /// <param name="FailedRequests">Requests that the API refused even after the client's own attempts.</param>
    internal sealed record Result(int Expiries, long Exchanges, int WrongExpiries, long Reuses, int LogOuts, long FailedRequests)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"{Expiries,6} expiries, {Exchanges,6} exchanges, {WrongExpiries,4} expiries without exactly one, {Reuses,4} reuse events, {LogOuts,4} log-outs, {FailedRequests,6} failed requests");
    }

    public static async Task<Result> RunAsync(
        string kind, RotationPolicy policy, int processes, int requests, int expiries, TextWriter? progress = null, Func<HttpContext, RequestDelegate, Task>? gate = null)
    {
        await using var server = await AuthServer.StartAsync(policy);
        var folder = Directory.CreateTempSubdirectory("client-harness-");
        var key = RandomNumberGenerator.GetBytes(32);
        List<ChildProcess> workers = [];
        try
        {
            var (exchanges, wrong, logOuts, failed) = (0L, 0, 0, 0L);
            var began = Stopwatch.GetTimestamp();
            await SignInAsync(kind, server, folder.FullName, key);
            workers.AddRange(Enumerable.Range(0, processes).Select(_ => ChildProcess.Start("worker", kind, server.Address.AbsoluteUri, folder.FullName, Convert.ToBase64String(key))));
            await AskAllAsync(workers, requests, ended: 0); // all hold a token now
            server.Gate = gate;
            for (var expiry = 0; expiry < expiries; expiry++)
            {
                server.ExpireAccessTokens();
                var before = server.Exchanges;
                var good = await AskAllAsync(workers, requests, ended: before);
                var count = server.Exchanges - before;
                exchanges += count;
                wrong += count == 1 ? 0 : 1;
                failed += (processes * requests) - good;
                if (good == 0)
                {
                    logOuts++;
                    await SignInAsync(kind, server, folder.FullName, key);
                    await Task.WhenAll(workers.Select(static worker => worker.AskAsync(Worker.Reload)));
                }

                if (progress is not null && (expiry + 1) % 500 == 0)
                {
                    await progress.WriteLineAsync(string.Create(
                        CultureInfo.InvariantCulture, $"{kind}: {expiry + 1} expiries in {Stopwatch.GetElapsedTime(began).TotalSeconds:F0} s, {wrong} wrong, {server.Reuses} reuses, {logOuts} log-outs, {failed} failed"));
                }
            }

            return new Result(expiries, exchanges, wrong, server.Reuses, logOuts, failed);
        }
        finally
        {
            workers.ForEach(static worker => worker.Dispose());
            folder.Delete(recursive: true);
        }
    }

    private static async Task<long> AskAllAsync(List<ChildProcess> workers, int requests, long ended)
    {
        var answers = await Task.WhenAll(workers.Select(worker => worker.AskAsync(string.Create(CultureInfo.InvariantCulture, $"{requests} {ended}"))));
        return answers.Sum(static answer => long.Parse(answer, CultureInfo.InvariantCulture));
    }

    private static async Task SignInAsync(string kind, AuthServer server, string folder, byte[] key)
    {
        KeyValuePair<string, string>[] grant = [new("grant_type", AuthServer.LogIn.Type)];
        if (kind == Ours)
        {
            await using var app = AppClient.Create(server.Address, folder, key);
            _ = await app.Client.RedeemAsync(grant) as TokenResult.Succeeded ?? throw new InvalidOperationException("The log-in failed.");
            return;
        }

        using var http = new HttpClient();
        using var form = new FormUrlEncodedContent([.. grant, new("client_id", AuthServer.ClientId)]);
        using var response = (await http.PostAsync(server.TokenEndpoint, form)).EnsureSuccessStatusCode();
        using var tokens = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        var (access, refresh) = (tokens.RootElement.GetProperty("access_token").GetString()!, tokens.RootElement.GetProperty("refresh_token").GetString()!);
        if (kind == Duende)
        {
            await DuendeRequests.SignInAsync(folder, access, refresh);
        }
        else
        {
            await McpRequests.SignInAsync(server.Address.GetLeftPart(UriPartial.Authority), folder, access, refresh);
        }
    }
}
