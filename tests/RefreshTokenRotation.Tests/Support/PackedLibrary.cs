using System.Globalization;
using System.IO.Compression;

namespace RefreshTokenRotation.Tests.Support;

/// <summary>Library projects, packed into a temporary folder under a version that no other run uses.</summary>
internal sealed class PackedLibrary : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private PackedLibrary(string id) => Id = id;

    /// <summary>The first of them.</summary>
    public string Id { get; }

    public string Version { get; } = string.Create(CultureInfo.InvariantCulture, $"0.1.0-test.{DateTime.UtcNow.Ticks}");

    /// <summary>The folder that holds the packages, usable as a package source.</summary>
    public string Source => _folder.PathOf("packages");

    /// <summary>Packs projects under src. They are built in the temporary folder too: the files under test stay as they are.</summary>
    public static async Task<PackedLibrary> PackAsync(params string[] ids)
    {
        var library = new PackedLibrary(ids[0]);
        try
        {
            var projects = ids.Select(id => $"""  <Project Path="{Repository.PathOf("src", id, $"{id}.csproj")}" />""");
            library._folder.Write("Packages.slnx", $"<Solution>\n{string.Join('\n', projects)}\n</Solution>\n");
            await Dotnet.RunAsync(
                Repository.Root,
                "pack",
                library._folder.PathOf("Packages.slnx"),
                "--configuration",
                "Release",
                "--output",
                library.Source,
                "--artifacts-path",
                library._folder.PathOf("artifacts"),
                $"-p:Version={library.Version}",
                "-p:RunAnalyzers=false");
            return library;
        }
        catch
        {
            library.Dispose();
            throw;
        }
    }

    /// <summary>Opens the package (nupkg) or the symbol package (snupkg), of the first project where none is named.</summary>
    public ZipArchive Open(string extension, string? id = null) => ZipFile.OpenRead(Path.Combine(Source, $"{id ?? Id}.{Version}.{extension}"));

    public void Dispose() => _folder.Dispose();
}
