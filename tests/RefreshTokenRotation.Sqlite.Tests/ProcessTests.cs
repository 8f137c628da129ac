using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Sqlite.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Sqlite.Tests;

/// <summary>Several processes on one file.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ProcessTests
{
    private const int Rounds = 300;

    private static readonly RotationPolicy Policy = RotationPolicy.Spa with { Leeway = TimeSpan.FromHours(1) };

    [Test]
    public async Task Token_presented_by_three_processes_at_once_gets_one_successor_for_all()
    {
        using var file = new TestFile(onDisk: true);
        var engine = file.Node(Policy).GetRequiredService<IRefreshTokenService>();
        Process[] others = [ClientProcess.Start("once", file.FilePath), ClientProcess.Start("once", file.FilePath)];
        var token = (await engine.IssueAsync(new IssueRequest { Subject = "alice", ClientId = "spa" })).RefreshToken;
        for (var round = 1; round <= Rounds; round++)
        {
            var asked = others.Select(other => AskAsync(other, token)).ToArray();
            var own = (await engine.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = "spa" }))
                .Should().BeOfType<ExchangeResult.Succeeded>().Subject;

            own.Family.Generation.Should().Be(round);
            (await Task.WhenAll(asked)).Should().OnlyContain(answer => answer == own.RefreshToken.Reveal());
            token = own.RefreshToken;
        }

        await EndAsync(others);
    }

    [Test]
    public async Task File_created_by_several_processes_at_once_is_created_once()
    {
        using var file = new TestFile(onDisk: true);
        Process[] processes = [.. Enumerable.Range(0, 4).Select(_ => ClientProcess.Start("once", file.FilePath))];
        using var elsewhere = new TestFile();
        var unknown = await elsewhere.Node().GetRequiredService<IRefreshTokenService>().IssueAsync(new IssueRequest { Subject = "alice", ClientId = "spa" });

        var answers = await Task.WhenAll(processes.Select(process => AskAsync(process, unknown.RefreshToken)));
        await EndAsync(processes);

        answers.Should().OnlyContain(answer => answer == "refused");
        file.Scalar("PRAGMA user_version").Should().Be(3);
        await file.Store().AddAsync(Families.Create());
    }

    [Test]
    public async Task Process_without_a_native_library_is_told_what_to_reference()
    {
        using var file = new TestFile(onDisk: true);
        using var process = ClientProcess.StartWithoutLibrary(file.FilePath);
        using var limit = new ProcessLimit(process);

        (await process.StandardOutput.ReadToEndAsync()).Should().Contain("No SQLite library is loaded").And.Contain("SQLitePCLRaw.bundle_e_sqlite3");
        await limit.WaitForExitAsync();
    }

    private static async Task<string?> AskAsync(Process process, RefreshToken token)
    {
        await process.StandardInput.WriteLineAsync(token.Reveal());
        await process.StandardInput.FlushAsync();
        using var limit = new ProcessLimit(process);
        return await process.StandardOutput.ReadLineAsync();
    }

    private static async Task EndAsync(Process[] processes)
    {
        foreach (var process in processes)
        {
            using var limit = new ProcessLimit(process);
            process.StandardInput.Close();
            await limit.WaitForExitAsync();
            process.ExitCode.Should().Be(0);
            process.Dispose();
        }
    }
}
