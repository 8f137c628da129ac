using System.Diagnostics;

namespace RefreshTokenRotation.Simulation.Tests.Proof;

/// <summary>The verifier and compiler of the proof, a tool of its folder. <c>tests/install-dafny.sh</c> installs it, and its solver.</summary>
internal static class Dafny
{
    /// <summary>A guard against a solver that hangs. A run takes seconds.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);

    public static string Folder { get; } = Path.Combine(SecurityDocument.RootFolder(), "tests", "RefreshTokenRotation.Simulation", "Proof");

    /// <summary>Runs it with a command and its arguments, and with time enough for a busy machine: what bounds a proof is the solver's own count.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["tool", "run", "dafny", "--", .. arguments])
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // The tool is built for .NET 8.
        start.Environment["DOTNET_ROLL_FORWARD"] = "Major";
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, $"{await output}{await errors}");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <param name="file">The file.</param>
    /// <param name="limit">How much the solver may spend on one lemma, in its own unit: the same on every machine.</param>
    /// <param name="arguments">More arguments.</param>
    public static Task<(int ExitCode, string Output)> VerifyAsync(string file, string limit, params string[] arguments) =>
        RunAsync(["verify", file, "--solver-path", SolverPath(), "--verification-time-limit", "0", "--resource-limit", limit, .. arguments]);

    /// <summary>Compiles what is proved into a folder. The result is the path of the library.</summary>
    public static async Task<string> CompileAsync(string folder)
    {
        var library = Path.Combine(folder, "Oracle");
        var (exitCode, output) = await RunAsync("build", "Oracle.dfy", "--no-verify", "--target", "cs", "--output", library);
        exitCode.Should().Be(0, "{0}", output);
        return $"{library}.dll";
    }

    private static string SolverPath() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? "z3.exe" : "z3"))
            .FirstOrDefault(File.Exists) ?? throw new InvalidOperationException("z3 is missing: run tests/install-dafny.sh once.");
}
