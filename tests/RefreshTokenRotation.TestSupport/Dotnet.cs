using System.Diagnostics;

namespace RefreshTokenRotation.Tests.Support;

/// <summary>Runs the dotnet command as a user would, apart from the build that runs the tests.</summary>
internal static class Dotnet
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);

    /// <summary>Runs one command to its end. Throws with all its output if it fails or takes too long.</summary>
    /// <returns>The standard output.</returns>
    public static Task<string> RunAsync(string folder, params string[] arguments) =>
        RunAsync(folder, new Dictionary<string, string?>(), arguments);

    /// <inheritdoc cref="RunAsync(string, string[])"/>
    public static Task<string> RunAsync(string folder, IReadOnlyDictionary<string, string?> environment, params string[] arguments) =>
        RunAsync(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", folder, environment, arguments);

    /// <summary>Runs a program that was published, by the same rules.</summary>
    /// <returns>The standard output.</returns>
    public static Task<string> RunPublishedAsync(string program, params string[] arguments) =>
        RunAsync(program, Path.GetDirectoryName(program)!, new Dictionary<string, string?>(), arguments);

    /// <summary>Runs another program, by the same rules.</summary>
    /// <returns>The standard output.</returns>
    public static Task<string> RunProgramAsync(string program, string folder, IReadOnlyDictionary<string, string?> environment, params string[] arguments) =>
        RunAsync(program, folder, environment, arguments);

    private static async Task<string> RunAsync(
        string program, string folder, IReadOnlyDictionary<string, string?> environment, string[] arguments)
    {
        using var process = Process.Start(StartInfo(program, folder, environment, arguments))!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }

        if (limit.IsCancellationRequested || process.ExitCode != 0)
        {
            var end = limit.IsCancellationRequested ? $"was ended after {Limit}" : $"ended with {process.ExitCode}";
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} {end}:\n{await output}\n{await error}");
        }

        return await output;
    }

    private static ProcessStartInfo StartInfo(
        string program, string folder, IReadOnlyDictionary<string, string?> environment, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // The build that runs the tests hands its own settings down; they must not reach this one.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }

        // No node may outlive the command: it would hold the output open. A compiler server has an output of its own.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }
}
