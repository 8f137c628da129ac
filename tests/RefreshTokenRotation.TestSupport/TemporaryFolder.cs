namespace RefreshTokenRotation.Tests.Support;

/// <summary>A folder outside the repository, so that no Directory.Build.props is inherited; deleted when disposed.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("RefreshTokenRotation-");

    public string Root => _folder.FullName;

    public string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    public void Write(string path, string content)
    {
        var target = PathOf(path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.WriteAllText(target, content);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
