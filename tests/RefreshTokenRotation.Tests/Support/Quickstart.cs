using System.Text.RegularExpressions;

namespace RefreshTokenRotation.Tests.Support;

/// <summary>The Quickstart sample as it was built together with the tests, run as a process without a terminal.</summary>
internal static partial class Quickstart
{
    private static readonly Lazy<Task<string>> Run = new(
        async () => (await Dotnet.RunAsync(Repository.Root, Assembly)).ReplaceLineEndings("\n"));

    /// <summary>What it prints. It runs once; an exit code that is not zero throws.</summary>
    public static Task<string> OutputAsync() => Run.Value;

    /// <summary>A text with each token replaced by the same few characters.</summary>
    public static string WithoutTokens(string text) => Token().Replace(text, "rtr_…######…");

    /// <summary>The assembly that "dotnet run" runs, of the configuration that the tests have.</summary>
    private static string Assembly => Repository.PathOf(
        "samples", "Quickstart", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "Quickstart.dll");

    [GeneratedRegex("rtr_…[A-Za-z0-9_-]{6}…")]
    private static partial Regex Token();
}
