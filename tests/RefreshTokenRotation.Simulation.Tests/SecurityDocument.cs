namespace RefreshTokenRotation.Simulation.Tests;

/// <summary>The parts of SECURITY.md that a program writes.</summary>
internal static class SecurityDocument
{
    public static string Between(string begin, string end)
    {
        var document = File.ReadAllText(Path.Combine(RootFolder(), "SECURITY.md")).ReplaceLineEndings("\n");
        var from = document.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        var to = document.IndexOf(end, StringComparison.Ordinal);

        from.Should().BeGreaterThanOrEqualTo(begin.Length, "SECURITY.md has '{0}'", begin);
        to.Should().BeGreaterThan(from);
        return document[from..to];
    }

    public static string RootFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "RefreshTokenRotation.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No folder above '{AppContext.BaseDirectory}' holds the solution.");
    }
}
