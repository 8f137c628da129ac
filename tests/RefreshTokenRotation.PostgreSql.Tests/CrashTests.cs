using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.PostgreSql.Tests;

/// <summary>Processes are killed in the middle of exchanges. What was answered is in the store, and each family has one lineage.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class CrashTests
{
    private const int Workers = 16;

    private static readonly RotationPolicy Policy = RotationPolicy.Spa with { Leeway = TimeSpan.FromHours(1) };

    [Test]
    public async Task Client_killed_under_load_leaves_every_answered_exchange_and_one_lineage()
    {
        await using var schema = await TestSchema.CreateAsync();
        var node = schema.Node(Policy);
        var engine = node.GetRequiredService<IRefreshTokenService>();
        var lineages = await IssueAsync(engine);
        for (var kill = 0; kill < 3; kill++)
        {
            await RunAndKillAsync(schema, lineages, answers: 1000);

            // The client's successor retries with what was answered last. It is the current token, or the one before: its answer was lost.
            foreach (var lineage in lineages)
            {
                await CheckAsync(node, lineage);
            }
        }

        await EndAsync(engine, lineages);
    }

    [Test]
    public async Task Server_killed_under_load_keeps_every_answered_exchange_and_one_lineage()
    {
        var binaries = await PostgresServer.FindBinariesAsync() ?? throw new InvalidOperationException("This test kills a server of its own: ./test.sh installs one.");
        await using var server = await PostgresServer.StartAsync(binaries);
        await using var schema = await TestSchema.CreateAsync(server.ConnectionString);
        var node = schema.Node(Policy);
        var engine = node.GetRequiredService<IRefreshTokenService>();
        var lineages = await IssueAsync(engine);
        for (var kill = 0; kill < 2; kill++)
        {
            var answers = 0;
            var outages = 0;
            var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var stop = new CancellationTokenSource();
            var workers = lineages.Select(lineage => Task.Run(async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    try
                    {
                        var result = await engine.ExchangeAsync(new ExchangeRequest { RefreshToken = lineage[^1], ClientId = "spa" });
                        var answer = result.Should().BeOfType<ExchangeResult.Succeeded>().Subject;
                        answer.Family.Generation.Should().Be(lineage.Count);
                        lineage.Add(answer.RefreshToken);
                        if (Interlocked.Increment(ref answers) == 500)
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
            await server.StartAsync();
            await stop.CancelAsync();
            await Task.WhenAll(workers);

            outages.Should().BePositive();
            foreach (var lineage in lineages)
            {
                await CheckAsync(node, lineage);
            }
        }

        await EndAsync(engine, lineages);
    }

    private static async Task<List<RefreshToken>[]> IssueAsync(IRefreshTokenService engine)
    {
        var lineages = new List<RefreshToken>[Workers];
        for (var i = 0; i < Workers; i++)
        {
            var lineage = lineages[i] = [(await engine.IssueAsync(new IssueRequest { Subject = $"user{i}", ClientId = "spa" })).RefreshToken];
            for (var exchange = 0; exchange < 2; exchange++)
            {
                var result = await engine.ExchangeAsync(new ExchangeRequest { RefreshToken = lineage[^1], ClientId = "spa" });
                lineage.Add(((ExchangeResult.Succeeded)result).RefreshToken);
            }
        }

        return lineages;
    }

    private static async Task RunAndKillAsync(TestSchema schema, List<RefreshToken>[] lineages, int answers)
    {
        var client = Path.Combine(AppContext.BaseDirectory, "RefreshTokenRotation.PostgreSql.CrashClient.dll");
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [client, schema.ConnectionString, schema.Name])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        using var limit = new ProcessLimit(process);
        foreach (var lineage in lineages)
        {
            await process.StandardInput.WriteLineAsync(lineage[^1].Reveal());
        }

        process.StandardInput.Close();
        for (var count = 0; await process.StandardOutput.ReadLineAsync() is { } line; count++)
        {
            if (count == answers)
            {
                process.Kill();
            }

            // A line that the end of the process cut short was not answered in full.
            var parts = line.Split(' ');
            if (parts.Length == 2 && parts[1].Length == lineages[0][0].Reveal().Length)
            {
                lineages[int.Parse(parts[0], CultureInfo.InvariantCulture)].Add(parts[1]);
            }
        }

        await limit.WaitForExitAsync();
        process.ExitCode.Should().Be(137, "the client was killed, and did not end by itself");
    }

    /// <summary>The last answered token, or the one that it was exchanged for unanswered, is current; it goes on, and no third one lives.</summary>
    private static async Task CheckAsync(ServiceProvider node, List<RefreshToken> lineage)
    {
        var engine = node.GetRequiredService<IRefreshTokenService>();
        var answered = lineage.Count - 1;

        // Pooled connections that the killed server had: each is found broken once.
        var result = await Eventually.AnsweredAsync(() => engine.ExchangeAsync(new ExchangeRequest { RefreshToken = lineage[^1], ClientId = "spa" }));
        var succeeded = result.Should().BeOfType<ExchangeResult.Succeeded>().Subject;
        succeeded.Family.Generation.Should().Be(answered + 1);
        lineage.Add(succeeded.RefreshToken);
        foreach (var (token, active) in new[] { (lineage[^1], true), (lineage[^2], false), (lineage[^3], false) })
        {
            (await engine.IntrospectAsync(new IntrospectRequest { RefreshToken = token }) is IntrospectResult.Active).Should().Be(active);
        }
    }

    /// <summary>Of every lineage an old token is still known for what it is.</summary>
    private static async Task EndAsync(IRefreshTokenService engine, List<RefreshToken>[] lineages)
    {
        foreach (var lineage in lineages)
        {
            foreach (var (token, reason) in new[] { (lineage[0], RejectionReason.ReuseDetected), (lineage[^1], RejectionReason.Revoked) })
            {
                (await engine.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = "spa" }))
                    .Should().BeOfType<ExchangeResult.Rejected>().Which.Reason.Should().Be(reason);
            }
        }
    }
}
