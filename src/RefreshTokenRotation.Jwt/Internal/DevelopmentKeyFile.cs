using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace RefreshTokenRotation.Jwt.Internal;

/// <summary>A development key in a file that its owner alone reads: it outlives the process, and is nobody else's.</summary>
internal static partial class DevelopmentKeyFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnersFolder = OwnerOnly | UnixFileMode.UserExecute;

    public static string PathOf(string folder, SigningAlgorithm algorithm) => Path.Combine(folder, $"{algorithm}.pem");

    /// <summary>The key of the file, which is made where it is not there.</summary>
    public static SigningKey Load(string folder, SigningAlgorithm algorithm)
    {
        var path = PathOf(folder, algorithm);
        if (!File.Exists(path))
        {
            Create(folder, path, algorithm);
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~OwnersFolder) != UnixFileMode.None)
        {
            throw new InvalidOperationException($"The development key '{path}' can be read by others. Delete it: the next start makes a new one.");
        }

        return PemKey.ReadFile(path, File.ReadAllText(path), password: null);
    }

    private static void Create(string folder, string path, SigningAlgorithm algorithm)
    {
        PrivateFile.CreateFolder(folder);

        // Complete before it has its name: another process may start at the same moment.
        var draft = Path.Combine(folder, $"{Guid.NewGuid():N}.new");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using (var writer = new StreamWriter(draft, options))
        {
            writer.Write($"Algorithm: {algorithm}\n{Generate(algorithm)}\n");
        }

        // On Unix, a move looks whether the name is free and takes it in two steps: two processes could both take it. A link is one step.
        if (!OperatingSystem.IsWindows() && (Link(draft, path) == 0 || File.Exists(path)))
        {
            File.Delete(draft);
            return;
        }

        try
        {
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(draft); // the other process was first
        }
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string file, string name);

    private static string Generate(SigningAlgorithm algorithm)
    {
        using AsymmetricAlgorithm key = algorithm == SigningAlgorithm.ES256 ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : RSA.Create(2048);
        return key.ExportPkcs8PrivateKeyPem();
    }
}
