using System.Xml.Linq;

namespace RefreshTokenRotation.Tests.Support;

/// <summary>The repository that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>The version of a package that the repository builds with.</summary>
    public static string PackageVersion(string id) => XElement.Load(PathOf("Directory.Packages.props"))
        .Descendants("PackageVersion").Single(package => package.Attribute("Include")?.Value == id).Attribute("Version")!.Value;

    private static string FindRoot()
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
