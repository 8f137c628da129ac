using System.Diagnostics;
using System.Text.Json;

namespace RefreshTokenRotation.Tests.Support;

/// <summary>Runs a script of the folder <c>NpmClients</c>: JSON goes in, JSON comes out.</summary>
internal static class NodeScript
{
    private static string Folder => Repository.PathOf("tests", "RefreshTokenRotation.AspNetCore.Tests", "NpmClients");

    public static async Task<JsonElement> RunAsync(string script, object request)
    {
        Directory.Exists(Path.Combine(Folder, "node_modules")).Should().BeTrue("tests/install-npm-clients.sh installs the clients from npm; test.sh runs it");
        var start = new ProcessStartInfo("node", [script])
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Proxies of the machine have no business between two processes on its loopback.
        start.Environment["NO_PROXY"] = "*";
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Eventually.Patience);
        try
        {
            await process.StandardInput.WriteAsync(JsonSerializer.Serialize(request));
            process.StandardInput.Close();
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
            await process.WaitForExitAsync(patience.Token);
            process.ExitCode.Should().Be(0, "{0}", await errors);
            return JsonDocument.Parse(await output).RootElement;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
