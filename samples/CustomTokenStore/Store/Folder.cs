using System.Runtime.InteropServices;

namespace CustomTokenStore.Store;

/// <summary>Flushes a folder, so that a file's new name survives a power cut. .NET can't open a folder.</summary>
internal static partial class Folder
{
    private const int ReadOnly = 0;

    public static void Flush(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return; // NTFS keeps a journal of names itself.
        }

        var folder = Open(path, ReadOnly);
        if (folder < 0)
        {
            throw new IOException($"{path}: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        var isFlushed = Sync(folder) == 0;
        var error = Marshal.GetLastPInvokeErrorMessage();
        _ = Close(folder);
        if (!isFlushed)
        {
            throw new IOException($"{path}: {error}");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
