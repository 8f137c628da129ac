using System.Security.Cryptography;
using System.Text;

namespace RefreshTokenRotation.Client;

/// <summary>Keeps each session in a file of one folder, shared by all processes of a machine. Only the owner may read (0600).</summary>
/// <remarks>
/// A write goes to another file, is flushed to the disk and renamed, so that a reader sees the old or the new session and a power failure
/// keeps one of them. Locks are those of the operating system: the death of a process releases them. The folder must be on a local file system.
/// On Windows, restrict access to the folder yourself.
/// </remarks>
public sealed class FileTokenSessionStore : ITokenSessionStore
{
    // "RTC" and a format byte, frozen; then the version, then the data.
    private static readonly byte[] Header = [(byte)'R', (byte)'T', (byte)'C', 1];
    private static readonly int DataOffset = Header.Length + 16;

    private readonly string _folder;
    private readonly TimeProvider _time;

    /// <summary>Opens a folder, and creates it (0700) if it does not exist.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="timeProvider">The clock that paces attempts at a lock.</param>
    /// <exception cref="IOException">The folder can't be created.</exception>
    public FileTokenSessionStore(string folder, TimeProvider? timeProvider = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _folder = Path.GetFullPath(folder);
        _time = timeProvider ?? TimeProvider.System;
        PrivateFile.CreateFolder(_folder);
    }

    /// <inheritdoc/>
    public async ValueTask<TokenSessionRecord?> LoadAsync(TokenSessionKey key, CancellationToken cancellationToken)
    {
        byte[] bytes;
        try
        {
            bytes = await File.ReadAllBytesAsync(PathOf(key), cancellationToken).ConfigureAwait(false);
        }
        catch (FileNotFoundException)
        {
            return null;
        }

        return bytes.Length >= DataOffset && bytes.AsSpan().StartsWith(Header)
            ? new TokenSessionRecord(new Guid(bytes.AsSpan(Header.Length, 16)), bytes.AsMemory(DataOffset))
            : throw new InvalidDataException("A session file has an unknown format.");
    }

    /// <inheritdoc/>
    public ValueTask<bool> CompareAndSwapAsync(TokenSessionKey key, Guid? expectedVersion, TokenSessionRecord record, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(record);
        return TryChangeAsync(key, expectedVersion, path => PrivateFile.Replace(path, [.. Header, .. record.Version.ToByteArray(), .. record.Data.Span]), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<bool> DeleteIfUnchangedAsync(TokenSessionKey key, Guid expectedVersion, CancellationToken cancellationToken) =>
        TryChangeAsync(key, expectedVersion, PrivateFile.Delete, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IAsyncDisposable> LockAsync(TokenSessionKey key, CancellationToken cancellationToken) =>
        await LockFileAsync(key, "lock", cancellationToken).ConfigureAwait(false);

    private async ValueTask<bool> TryChangeAsync(TokenSessionKey key, Guid? expectedVersion, Action<string> change, CancellationToken cancellationToken)
    {
        var write = await LockFileAsync(key, "write", cancellationToken).ConfigureAwait(false);
        await using var held = write.ConfigureAwait(false);
        var current = await LoadAsync(key, cancellationToken).ConfigureAwait(false);
        if (current?.Version != expectedVersion)
        {
            return false;
        }

        change(PathOf(key));
        return true;
    }

    private string PathOf(TokenSessionKey key) => Path.Combine(_folder, $"{NameOf(key)}.session");

    // A hash, because ids may hold any character and need not be shown to whoever lists the folder.
    private static string NameOf(TokenSessionKey key) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{key.ClientName.Length}:{key.ClientName}{key.SessionId}")));

    // Lock files are never deleted: two processes could hold locks on two files of one name. 256 of a kind serve any number of sessions.
    private ValueTask<FileStream> LockFileAsync(TokenSessionKey key, string kind, CancellationToken cancellationToken) =>
        PrivateFile.LockAsync(Path.Combine(_folder, $"{NameOf(key)[..2]}.{kind}"), _time, cancellationToken);
}
