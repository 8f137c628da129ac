namespace RefreshTokenRotation.Client;

/// <summary>Keeps sessions. Implement it if several processes or nodes share sessions in your own store.</summary>
/// <remarks>
/// <para>Reads are linearizable: a load sees every write that returned before it began, whichever process made it. Conflicts are return values,
/// exceptions are outages. A write whose call failed may still happen; the caller recognizes its own <see cref="TokenSessionRecord.Version"/>.</para>
/// <para>The data is opaque, and encrypted if the client has <c>UseDataProtection</c> or <c>UseEncryptionKey</c>. All members are thread-safe.</para>
/// </remarks>
public interface ITokenSessionStore
{
    /// <summary>Reads a session.</summary>
    /// <param name="key">The session.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The record; null if there is none.</returns>
    ValueTask<TokenSessionRecord?> LoadAsync(TokenSessionKey key, CancellationToken cancellationToken);

    /// <summary>Writes a session in one atomic step if it is still what the caller read. Durable when it returns.</summary>
    /// <param name="key">The session.</param>
    /// <param name="expectedVersion">The version that was read; null if there was none.</param>
    /// <param name="record">The new record, whose version is unique.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False if the store holds another version; then nothing is written.</returns>
    ValueTask<bool> CompareAndSwapAsync(TokenSessionKey key, Guid? expectedVersion, TokenSessionRecord record, CancellationToken cancellationToken);

    /// <summary>Deletes a session in one atomic step if it is still what the caller read.</summary>
    /// <param name="key">The session.</param>
    /// <param name="expectedVersion">The version that was read.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False if the store holds another version, or none.</returns>
    ValueTask<bool> DeleteIfUnchangedAsync(TokenSessionKey key, Guid expectedVersion, CancellationToken cancellationToken);

    /// <summary>Waits for the lock of a session, which one holder at a time has among all tasks, processes and nodes that share the store.</summary>
    /// <remarks>
    /// The death of its process, or of its connection, releases the lock. It keeps two processes from presenting one refresh token; the compare-and-swap
    /// keeps the store right even if a lock was lost. The holder calls the other members while it holds it.
    /// </remarks>
    /// <param name="key">The session.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Releases the lock when disposed.</returns>
    ValueTask<IAsyncDisposable> LockAsync(TokenSessionKey key, CancellationToken cancellationToken);
}
