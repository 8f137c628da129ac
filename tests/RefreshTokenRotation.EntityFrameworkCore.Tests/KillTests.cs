using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.EntityFrameworkCore.Tests.Support;
using RefreshTokenRotation.MariaDb.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.EntityFrameworkCore.Tests;

/// <summary>Kills processes (SIGKILL) while they exchange tokens. Every response that was sent is in the database, and each family has one lineage.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class KillTests
{
    private const int Workers = 4;
    private const int Answers = 60;

    private static readonly RotationPolicy Policy = RotationPolicy.Spa with { Leeway = TimeSpan.FromHours(1) };

    [Test]
    public async Task Client_that_is_killed_leaves_every_answered_exchange_and_one_lineage([Values] Provider provider)
    {
        await using var database = await ProviderDatabase.CreateAsync(provider);
        var engine = database.Node(Policy).GetRequiredService<IRefreshTokenService>();
        var lineages = await IssueAsync(engine);
        var client = Path.Combine(AppContext.BaseDirectory, "RefreshTokenRotation.EntityFrameworkCore.CrashClient.dll");
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [client, provider.ToString(), database.ConnectionString])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        using var limit = new ProcessLimit(process);
        foreach (var lineage in lineages)
        {
            await process.StandardInput.WriteLineAsync(lineage[^1]);
        }

        process.StandardInput.Close();
        for (var count = 0; await process.StandardOutput.ReadLineAsync() is { } line; count++)
        {
            if (count == Answers)
            {
                process.Kill();
            }

            // A line that the end of the process cut short was not answered in full.
            var parts = line.Split(' ');
            if (parts.Length == 2 && parts[1].Length == lineages[0][0].Length)
            {
                lineages[int.Parse(parts[0], CultureInfo.InvariantCulture)].Add(parts[1]);
            }
        }

        await limit.WaitForExitAsync();
        process.ExitCode.Should().Be(137, "the client was killed, and did not end by itself");
        await CheckAsync(engine, lineages);
    }

    [Test]
    public async Task Server_that_is_killed_keeps_every_answered_exchange_and_one_lineage()
    {
        await using var server = await MariaDbServer.StartAsync(MariaDbOfRun.IsReadyAsync);
        await using var database = await ProviderDatabase.CreateAsync(Provider.MariaDb, server);
        var engine = database.Node(Policy).GetRequiredService<IRefreshTokenService>();
        var lineages = await IssueAsync(engine);
        var (answers, outages) = (0, 0);
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stop = new CancellationTokenSource();
        var workers = lineages.Select(lineage => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    lineage.Add((await SucceedAsync(engine, lineage[^1])).RefreshToken.Reveal());
                    if (Interlocked.Increment(ref answers) == Answers)
                    {
                        enough.SetResult();
                    }
                }
                catch (RefreshTokenUnavailableException)
                {
                    Interlocked.Increment(ref outages);
                    await Task.Yield();
                }
            }
        })).ToArray();
        await Task.WhenAny([enough.Task, .. workers]).WaitAsync(Eventually.Patience);

        await server.KillAsync();
        await Eventually.HoldsAsync(() => Task.FromResult(Volatile.Read(ref outages) > 0), "the end of the server is an outage");
        await server.RunAsync(MariaDbOfRun.IsReadyAsync);
        await stop.CancelAsync();
        await Task.WhenAll(workers);

        await CheckAsync(engine, lineages);
    }

    private static async Task<List<string>[]> IssueAsync(IRefreshTokenService engine)
    {
        var lineages = new List<string>[Workers];
        for (var i = 0; i < Workers; i++)
        {
            lineages[i] = [(await engine.IssueAsync(new IssueRequest { Subject = $"user{i}", ClientId = "spa" })).RefreshToken.Reveal()];
            lineages[i].Add((await SucceedAsync(engine, lineages[i][0])).RefreshToken.Reveal());
        }

        return lineages;
    }

    /// <summary>The last answered token, or the one that it was exchanged for unanswered, is current; it goes on, and no third one lives.</summary>
    private static async Task CheckAsync(IRefreshTokenService engine, List<string>[] lineages)
    {
        foreach (var lineage in lineages)
        {
            var answered = lineage.Count - 1;
            ExchangeResult.Succeeded? succeeded = null;
            await Eventually.HoldsAsync(async () => (succeeded = await TryAsync(lineage[^1])) is not null, "connections of a killed server are each found broken once");

            succeeded!.Family.Generation.Should().Be(answered + 1);
            lineage.Add(succeeded.RefreshToken.Reveal());
            foreach (var (token, active) in new[] { (lineage[^1], true), (lineage[^2], false), (lineage[^3], false) })
            {
                (await engine.IntrospectAsync(new IntrospectRequest { RefreshToken = token }) is IntrospectResult.Active).Should().Be(active);
            }

            foreach (var (token, reason) in new[] { (lineage[0], RejectionReason.ReuseDetected), (lineage[^1], RejectionReason.Revoked) })
            {
                (await engine.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = "spa" }))
                    .Should().BeOfType<ExchangeResult.Rejected>().Which.Reason.Should().Be(reason);
            }
        }

        async Task<ExchangeResult.Succeeded?> TryAsync(string token)
        {
            try
            {
                return await SucceedAsync(engine, token);
            }
            catch (RefreshTokenUnavailableException)
            {
                return null;
            }
        }
    }

    private static async Task<ExchangeResult.Succeeded> SucceedAsync(IRefreshTokenService engine, string token)
    {
        var result = await engine.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = "spa" });
        return result.Should().BeOfType<ExchangeResult.Succeeded>().Subject;
    }
}
