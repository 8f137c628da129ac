namespace AuthorizationServer.Tests.Browser.Support;

/// <summary>The repository that the tests were built from.</summary>
internal static class Repository
{
    private static readonly DirectoryInfo Output = new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));

    public static string Root { get; } = FindRoot();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>A file of another project, from the same configuration and framework as the tests.</summary>
    public static string BuiltFile(string project, string name) => Path.Combine(project, "bin", Output.Parent!.Name, Output.Name, name);

    private static string FindRoot()
    {
        for (var folder = Output; folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "RefreshTokenRotation.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No folder above '{AppContext.BaseDirectory}' holds the solution.");
    }
}
