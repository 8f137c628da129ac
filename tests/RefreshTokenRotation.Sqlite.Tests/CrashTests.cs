using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Sqlite.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Sqlite.Tests;

/// <summary>Processes are killed in the middle of exchanges. What was answered is in the file, and each family has one lineage.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class CrashTests
{
    private const int Workers = 16;

    private static readonly RotationPolicy Policy = RotationPolicy.Spa with { Leeway = TimeSpan.FromHours(1) };

    /// <summary>The relaxed mode too: what it can lose is lost with the machine, not with the process.</summary>
    [Test]
    public async Task Process_killed_under_load_leaves_every_answered_exchange_and_one_lineage([Values] SqliteDurability durability)
    {
        using var file = new TestFile(onDisk: true);
        var lineages = await IssueAsync(file.Node(Policy).GetRequiredService<IRefreshTokenService>());
        for (var kill = 0; kill < 4; kill++)
        {
            // The dead process was the only one, so that the next to open the file finds its log as it lay.
            file.CloseNodes();
            await RunAndKillAsync(file, durability, lineages, answers: 1000 * (kill + 1));

            // The client's successor retries with what was answered last. It is the current token, or the one before: its answer was lost.
            var engine = file.Node(Policy).GetRequiredService<IRefreshTokenService>();
            foreach (var lineage in lineages)
            {
                await CheckAsync(engine, lineage);
            }
        }

        file.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        file.Scalar("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'").Should().Be(0);
        await EndAsync(file.Node(Policy).GetRequiredService<IRefreshTokenService>(), lineages);
    }

    private static async Task<List<RefreshToken>[]> IssueAsync(IRefreshTokenService engine)
    {
        var lineages = new List<RefreshToken>[Workers];
        for (var i = 0; i < Workers; i++)
        {
            var lineage = lineages[i] = [(await engine.IssueAsync(new IssueRequest { Subject = $"user{i}", ClientId = "spa" })).RefreshToken];
            for (var exchange = 0; exchange < 2; exchange++)
            {
                lineage.Add((await ExchangeAsync(engine, lineage[^1])).Should().BeOfType<ExchangeResult.Succeeded>().Which.RefreshToken);
            }
        }

        return lineages;
    }

    private static async Task RunAndKillAsync(TestFile file, SqliteDurability durability, List<RefreshToken>[] lineages, int answers)
    {
        using var process = ClientProcess.Start("run", file.FilePath, durability);
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
    private static async Task CheckAsync(IRefreshTokenService engine, List<RefreshToken> lineage)
    {
        var answered = lineage.Count - 1;
        var succeeded = (await ExchangeAsync(engine, lineage[^1])).Should().BeOfType<ExchangeResult.Succeeded>().Subject;
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
                (await ExchangeAsync(engine, token)).Should().BeOfType<ExchangeResult.Rejected>().Which.Reason.Should().Be(reason);
            }
        }
    }

    private static async Task<ExchangeResult> ExchangeAsync(IRefreshTokenService engine, RefreshToken token) =>
        await engine.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = "spa" });
}
