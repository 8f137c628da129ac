using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace RefreshTokenRotation.Client.Harness;

/// <summary>Several processes over one session: each expiry gives every request of every process a 401 at once.</summary>
internal static class ProcessesRun
{
    /// <param name="Expiries">How often all access tokens ended.</param>
    /// <param name="Exchanges">Successful exchanges.</param>
    /// <param name="WrongExpiries">Expiries with more or fewer exchanges than one.</param>
    /// <param name="Reuses">Replays that the server saw.</param>
    /// <param name="LogOuts">How often the session had died, and a new log-in was given to all processes.</param>
    /// <param name="FailedRequests">Requests that the API refused even after the client's own attempts.</param>
    internal sealed record Result(int Expiries, long Exchanges, int WrongExpiries, long Reuses, int LogOuts, long FailedRequests)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"{Expiries} expiries, {Exchanges} exchanges, {WrongExpiries} expiries without exactly one, {Reuses} reuse events, {LogOuts} log-outs, {FailedRequests} failed requests");
    }

    public static async Task<Result> RunAsync(string kind, RotationPolicy policy, int processes, int requests, int expiries, TextWriter? progress = null)
    {
        await using var server = await AuthServer.StartAsync(policy);
        var folder = Directory.CreateTempSubdirectory("client-harness-");
        var key = RandomNumberGenerator.GetBytes(32);
        List<ChildProcess> workers = [];
        try
        {
            var (wrong, logOuts, failed) = (0, 0, 0L);
            var began = Stopwatch.GetTimestamp();
            for (var expiry = 0; expiry < expiries; expiry++)
            {
                if (workers.Count == 0)
                {
                    await SignInAsync(kind, server, folder.FullName, key);
                    workers.AddRange(Enumerable.Range(0, processes).Select(_ => ChildProcess.Start("worker", kind, server.Address.AbsoluteUri, folder.FullName, Convert.ToBase64String(key))));
                    await AskAllAsync(workers, requests); // all hold a token now
                }

                server.ExpireAccessTokens();
                var before = server.Exchanges;
                var good = await AskAllAsync(workers, requests);
                var exchanges = server.Exchanges - before;
                wrong += exchanges == 1 ? 0 : 1;
                failed += (processes * requests) - good;
                if (good == 0)
                {
                    logOuts++;
                    workers.ForEach(static worker => worker.Dispose());
                    workers.Clear();
                }

                if (progress is not null && (expiry + 1) % 500 == 0)
                {
                    await progress.WriteLineAsync(string.Create(
                        CultureInfo.InvariantCulture, $"{kind}: {expiry + 1} expiries in {Stopwatch.GetElapsedTime(began).TotalSeconds:F0} s, {wrong} wrong, {server.Reuses} reuses, {logOuts} log-outs, {failed} failed"));
                }
            }

            return new Result(expiries, server.Exchanges, wrong, server.Reuses, logOuts, failed);
        }
        finally
        {
            workers.ForEach(static worker => worker.Dispose());
            folder.Delete(recursive: true);
        }
    }

    private static async Task<long> AskAllAsync(List<ChildProcess> workers, int requests)
    {
        var answers = await Task.WhenAll(workers.Select(worker => worker.AskAsync(requests.ToString(CultureInfo.InvariantCulture))));
        return answers.Sum(static answer => long.Parse(answer, CultureInfo.InvariantCulture));
    }

    private static async Task SignInAsync(string kind, AuthServer server, string folder, byte[] key)
    {
        var refreshToken = await server.IssueAsync();
        if (kind == "ours")
        {
            await using var app = AppClient.Create(server.Address, folder, key);
            await app.Client.SignInAsync(new TokenSet { RefreshToken = refreshToken });
        }
        else
        {
            await File.WriteAllTextAsync(Path.Combine(folder, DuendeRequests.FileName), $"none\n{refreshToken}");
        }
    }
}
