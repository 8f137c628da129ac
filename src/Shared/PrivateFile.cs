using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace RefreshTokenRotation;

/// <summary>Files that only their owner reads, replaced in one step, and locks that end with their process.</summary>
internal static partial class PrivateFile
{
    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, FolderMode);
        }
    }

    /// <summary>Replaces a file as a whole, durably. Callers exclude each other.</summary>
    public static void Replace(string path, byte[] content)
    {
        var next = path + ".new";
        File.Delete(next); // what a killed process left; its mode would stay
        using (var stream = new FileStream(next, Options(FileShare.None, System.IO.FileMode.CreateNew)))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }

        File.Move(next, path, overwrite: true);
        FlushFolder(path);
    }

    public static void Delete(string path)
    {
        File.Delete(path);
        FlushFolder(path);
    }

    /// <summary>Waits until no other process or task holds the lock file open.</summary>
    public static async ValueTask<FileStream> LockAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var milliseconds = 1; ; milliseconds = Math.Min(milliseconds * 2, 16))
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                // FileShare.None is flock(LOCK_EX) on Unix and a share mode on Windows; the system releases either with the handle.
                return new FileStream(path, Options(FileShare.None, System.IO.FileMode.OpenOrCreate));
            }
            catch (IOException error) when (IsHeldByAnother(error))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(milliseconds + RandomNumberGenerator.GetInt32(milliseconds + 1)), time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // EWOULDBLOCK is 11 on Linux and 35 on macOS and the BSDs; ERROR_SHARING_VIOLATION on Windows.
    private static bool IsHeldByAnother(IOException error) => error.HResult is 11 or 35 or unchecked((int)0x80070020);

    private static FileStreamOptions Options(FileShare share, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = FileMode;
        }

        return options;
    }

    // A rename is durable when its folder is. Windows writes it through its journal.
    private static void FlushFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var folder = Open(Path.GetDirectoryName(path)!, 0);
        if (folder >= 0)
        {
            _ = Flush(folder);
            _ = Close(folder);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
