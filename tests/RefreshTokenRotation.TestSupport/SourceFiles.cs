namespace RefreshTokenRotation.Tests.Support;

/// <summary>The files of the repository that people wrote.</summary>
internal static class SourceFiles
{
    private static readonly string[] Made = ["bin", "obj", "artifacts", "node_modules", "vendor", "TestResults", "StrykerOutput", "BenchmarkDotNet.Artifacts", "_site", ".git"];

    /// <summary>Every file of an extension under a folder.</summary>
    public static IEnumerable<string> Under(string folder, string pattern = "*.cs") =>
        Directory.EnumerateFiles(folder, pattern)
            .Concat(Directory.EnumerateDirectories(folder).Where(child => !Made.Contains(Path.GetFileName(child))).SelectMany(child => Under(child, pattern)));

    /// <summary>Every Markdown page, by its path from the root, with forward slashes.</summary>
    public static IEnumerable<string> Pages() => Under(Repository.Root, "*.md").Select(RelativePath).Order(StringComparer.Ordinal);

    public static string RelativePath(string file) => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/');
}
