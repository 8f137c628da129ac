using Microsoft.Win32.SafeHandles;
using RefreshTokenRotation.Storage;

namespace CustomTokenStore.Store;

/// <summary>The file: a header, and a line for each commit. A line is flushed before the next one is written, so a crash can tear only the last one.</summary>
internal sealed class JournalFile : IDisposable
{
    private const int RowsPerLine = 500;

    private readonly string _path;
    private readonly long _smallFile;
    private readonly FileStream _lock;
    private SafeFileHandle? _file;
    private long _length;
    private long _lengthWhenRewritten;

    private JournalFile(JournalOptions options)
    {
        _path = Path.GetFullPath(options.Path);
        _smallFile = options.SmallFile;
        try
        {
            // Next to the journal, because a rewrite replaces the journal with another file.
            _lock = new FileStream(_path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (exception is not DirectoryNotFoundException)
        {
            throw new IOException($"{_path} is open already, here or in another process.", exception);
        }
    }

    /// <summary>Whether most of the file is old versions of rows.</summary>
    public bool IsWorthRewriting => _length > Math.Max(_smallFile, 4 * _lengthWhenRewritten);

    /// <summary>Opens or creates the file, and returns its content.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or is not a journal. It is left as it is.</exception>
    /// <exception cref="IOException">It is open already, or can't be read.</exception>
    public static JournalFile Open(JournalOptions options, Action<Change> apply)
    {
        var file = new JournalFile(options);
        try
        {
            if (File.Exists(file._path))
            {
                file.Read(apply);
            }
            else
            {
                file.Rewrite([]);
            }

            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Writes a line and waits until it is on the disk.</summary>
    public void Append(IReadOnlyList<byte[]> changes)
    {
        var line = JournalFormat.Line(changes);
        RandomAccess.Write(_file!, line, _length);
        RandomAccess.FlushToDisk(_file!);
        _length += line.Length;
    }

    /// <summary>Replaces the file with one that has only the current rows. A crash leaves one or the other.</summary>
    public void Rewrite(IReadOnlyCollection<TokenFamily> rows)
    {
        var next = _path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var stream = new FileStream(next, options))
        {
            stream.Write(JournalFormat.Header);
            foreach (var some in rows.Chunk(RowsPerLine))
            {
                stream.Write(JournalFormat.Line([JournalFormat.Write(new Change(some, []))]));
            }

            stream.Flush(flushToDisk: true);
        }

        _file?.Dispose();
        File.Move(next, _path, overwrite: true);
        Folder.Flush(Path.GetDirectoryName(_path)!);
        _file = Open(_path);
        _length = _lengthWhenRewritten = RandomAccess.GetLength(_file);
    }

    public void Dispose()
    {
        _file?.Dispose();
        _lock.Dispose();
    }

    private static SafeFileHandle Open(string path) => File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);

    private void Read(Action<Change> apply)
    {
        _file = Open(_path);
        var bytes = File.ReadAllBytes(_path);
        if (!bytes.AsSpan().StartsWith(JournalFormat.Header))
        {
            throw new InvalidDataException($"{_path} is no journal of this version.");
        }

        _length = JournalFormat.Header.Length;
        while (_length < bytes.Length)
        {
            var rest = bytes.AsSpan((int)_length);
            var length = rest.IndexOf((byte)'\n') + 1;
            if (length > 0 && JournalFormat.TryRead(rest[..length], out var changes))
            {
                changes.ForEach(apply);
                _length += length;
            }
            else if (length == 0 || length == rest.Length)
            {
                // The last line: no call had returned yet when the crash tore it.
                RandomAccess.SetLength(_file, _length);
                break;
            }
            else
            {
                throw new InvalidDataException(
                    $"{_path} is damaged at byte {_length}, and goes on behind that place: this is no crash. Restore it from a backup.");
            }
        }

        // Its writer may have been killed before the flush. What is read here will be returned, so it must survive a power cut.
        RandomAccess.FlushToDisk(_file);
    }
}
