using System.Runtime.InteropServices;
using System.Text;

namespace RefreshTokenRotation.Sqlite.Internal;

/// <summary>The file that the store has opened, by its identity and not by its name: SQLite would go on writing to a file that has lost its name, and
/// all of it would be lost with the process.</summary>
internal sealed class WatchedFile(string path)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>A read costs microseconds, and a look at the file half of one: readers look this often at most.</summary>
    private static readonly TimeSpan ReadersPause = TimeSpan.FromMilliseconds(100);

    private readonly FileName _name = new(path);
    private volatile Opened? _opened;
    private long _lookedAt;

    public string Path => path;

    /// <summary>Creates the file for its owner alone, if it is missing. SQLite gives the files beside it the same rights. Where that fails SQLite says why.</summary>
    public void Reserve()
    {
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = Private;
            }

            using var created = new FileStream(path, options);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // It is there, or another process was first.
        }
    }

    /// <summary>From now on the name must lead to the file that it leads to now.</summary>
    public void Remember() => _opened = _name.Find() is { } identity ? new Opened(identity) : null;

    /// <summary>One look at the file system.</summary>
    /// <returns>What is wrong; null if the name leads to the file that was opened.</returns>
    public Exception? FindFault() => _name.Find() is not { } now ? Faults.Gone(path)
        : _opened is { } opened && opened.Identity != now ? Faults.Replaced(path)
        : null;

    /// <summary>The same for readers, from time to time.</summary>
    public Exception? FindFaultFromTimeToTime()
    {
        var last = Volatile.Read(ref _lookedAt);
        if (last != 0 && TimeProvider.System.GetElapsedTime(last) < ReadersPause)
        {
            return null;
        }

        var fault = FindFault();
        if (fault is null)
        {
            Volatile.Write(ref _lookedAt, TimeProvider.System.GetTimestamp());
        }

        return fault;
    }

    /// <summary>Those of the store's files that other accounts can read.</summary>
    public IEnumerable<(string Path, UnixFileMode Mode)> FindReadableByOthers()
    {
        const UnixFileMode GroupRead = UnixFileMode.GroupRead, OtherRead = UnixFileMode.OtherRead;
        if (OperatingSystem.IsWindows() || System.IO.Path.GetDirectoryName(path) is not { } folder)
        {
            yield break;
        }

        // Whoever may not enter the folder reads nothing in it.
        var entered = File.GetUnixFileMode(folder);
        var read = (entered.HasFlag(UnixFileMode.GroupExecute) ? GroupRead : UnixFileMode.None) | (entered.HasFlag(UnixFileMode.OtherExecute) ? OtherRead : UnixFileMode.None);
        foreach (var name in new[] { path, path + "-wal", path + "-shm" })
        {
            if (File.Exists(name) && File.GetUnixFileMode(name) is var mode && (mode & read) != UnixFileMode.None)
            {
                yield return (name, mode);
            }
        }
    }

    private sealed record Opened(FileIdentity Identity);
}

/// <summary>What stays the same when a file is renamed, and differs from that of every other file: device and inode on Linux, where a system without the
/// call shows only that the file exists. Elsewhere the time of creation is used; Windows lets nobody move or replace a file that SQLite has open.</summary>
internal readonly record struct FileIdentity(ulong Device, ulong Number);

/// <summary>A name, ready to be looked up.</summary>
internal sealed partial class FileName(string path)
{
    private const int CurrentFolder = -100;
    private const uint WantsInode = 0x100;
    private const int InodeAt = 32;
    private const int DeviceAt = 136;

    /// <summary>The kernel's structure has 256 bytes, on every processor.</summary>
    private const int StatSize = 256;

    private readonly byte[] _name = [.. Encoding.UTF8.GetBytes(path), 0];
    private readonly bool _isLinux = OperatingSystem.IsLinux();
    private bool _hasStat = OperatingSystem.IsLinux();

    /// <summary>The identity of the file that has the name; null if there is none.</summary>
    public FileIdentity? Find() => FindNumber() ?? (File.Exists(path) ? new FileIdentity(0, _isLinux ? 0 : (ulong)File.GetCreationTimeUtc(path).Ticks) : null);

    private FileIdentity? FindNumber()
    {
        Span<byte> found = stackalloc byte[StatSize];
        try
        {
            return _hasStat && Stat(CurrentFolder, _name, 0, WantsInode, found) == 0
                ? new FileIdentity(MemoryMarshal.Read<ulong>(found[DeviceAt..]), MemoryMarshal.Read<ulong>(found[InodeAt..]))
                : null;
        }
        catch (EntryPointNotFoundException)
        {
            _hasStat = false;
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "statx")]
    private static partial int Stat(int folder, ReadOnlySpan<byte> path, int flags, uint mask, Span<byte> found);
}
