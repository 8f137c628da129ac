using System.Globalization;
using System.IO.Compression;

namespace RefreshTokenRotation.Tests.Support;

/// <summary>A library project, packed into a temporary folder under a version that no other run uses.</summary>
internal sealed class PackedLibrary : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private PackedLibrary(string id) => Id = id;

    public string Id { get; }

    public string Version { get; } = string.Create(CultureInfo.InvariantCulture, $"0.1.0-test.{DateTime.UtcNow.Ticks}");

    /// <summary>The folder that holds the packages, usable as a package source.</summary>
    public string Source => _folder.PathOf("packages");

    /// <summary>Packs a project under src. It is built in the temporary folder too: the files under test stay as they are.</summary>
    public static async Task<PackedLibrary> PackAsync(string id)
    {
        var library = new PackedLibrary(id);
        try
        {
            await Dotnet.RunAsync(
                Repository.Root,
                "pack",
                Repository.PathOf("src", id),
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

    /// <summary>Opens the package (nupkg) or the symbol package (snupkg).</summary>
    public ZipArchive Open(string extension) => ZipFile.OpenRead(Path.Combine(Source, $"{Id}.{Version}.{extension}"));

    public void Dispose() => _folder.Dispose();
}
