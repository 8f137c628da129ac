using System.Security.Cryptography;

namespace ConsoleClient;

/// <summary>The key that encrypts the session, in a file that only its owner can read. A real app uses the system's key store.</summary>
internal static class KeyFile
{
    public static byte[] ReadOrCreate(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, "key");
        if (!File.Exists(path))
        {
            // Several processes may start at once. Each writes its own file, and the first to rename it wins.
            var mine = Path.Combine(folder, Path.GetRandomFileName());
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (var stream = new FileStream(mine, options))
            {
                stream.Write(RandomNumberGenerator.GetBytes(32));
            }

            try
            {
                File.Move(mine, path, overwrite: false);
            }
            catch (IOException)
            {
                File.Delete(mine);
            }
        }

        return File.ReadAllBytes(path);
    }
}
