using System.Diagnostics;
using RefreshTokenRotation.Client.Harness;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Client.Tests;

/// <summary>The sample, against the server of the harness, which answers its device flow by itself.</summary>
[TestFixture]
internal sealed class ConsoleClientTests
{
    [Test]
    public async Task Session_survives_a_kill_and_several_processes_and_ends_in_a_new_log_in()
    {
        await using var server = await AuthServer.StartAsync(RotationPolicy.Spa);
        using var folder = new TemporaryFolder();
        using (var first = Start(server, folder))
        {
            (await LineAsync(first, "Open ")).Should().Contain("U-1");
            await LineAsync(first, "Signed in.");
            await LineAsync(first, "200 ");
            first.Kill();
            await first.WaitForExitAsync();
        }

        using var second = Start(server, folder);
        using var third = Start(server, folder);
        await LineAsync(second, "200 ", butNot: "Open ");
        await LineAsync(third, "200 ", butNot: "Open ");
        server.ExpireAccessTokens();
        await LineAsync(second, "200 ", butNot: "Open ");
        third.Kill();

        await server.RevokeAllAsync();
        server.ExpireAccessTokens();
        (await LineAsync(second, "Open ")).Should().Contain("U-1");
        await LineAsync(second, "200 ");
        second.Kill();
    }

    private static Process Start(AuthServer server, TemporaryFolder folder)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        string[] arguments = [Repository.PathOf("samples", "ConsoleClient", "bin", output.Parent!.Name, output.Name, "ConsoleClient.dll"), server.Address.AbsoluteUri, folder.PathOf("session"), "0.05"];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    private static async Task<string> LineAsync(Process process, string beginning, string butNot = "\0")
    {
        using var limit = new CancellationTokenSource(Eventually.Patience);
        while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            line.Should().NotStartWith(butNot);
            if (line.StartsWith(beginning, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"The sample ended before it wrote '{beginning}'.");
    }
}
