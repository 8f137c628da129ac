using System.Collections.Concurrent;

namespace RefreshTokenRotation.Client;

/// <summary>Keeps sessions in the memory of one process. They end with it.</summary>
public sealed class InMemoryTokenSessionStore : ITokenSessionStore
{
    private const int Stripes = 64;

    private readonly ConcurrentDictionary<TokenSessionKey, TokenSessionRecord> _sessions = new();
    private readonly SemaphoreSlim[] _locks = [.. Enumerable.Range(0, Stripes).Select(static _ => new SemaphoreSlim(1, 1))];

    /// <inheritdoc/>
    public ValueTask<TokenSessionRecord?> LoadAsync(TokenSessionKey key, CancellationToken cancellationToken) =>
        new(_sessions.GetValueOrDefault(key));

    /// <inheritdoc/>
    public ValueTask<bool> CompareAndSwapAsync(TokenSessionKey key, Guid? expectedVersion, TokenSessionRecord record, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(record);
        return new(expectedVersion is null
            ? _sessions.TryAdd(key, record)
            : _sessions.TryGetValue(key, out var current) && current.Version == expectedVersion && _sessions.TryUpdate(key, record, current));
    }

    /// <inheritdoc/>
    public ValueTask<bool> DeleteIfUnchangedAsync(TokenSessionKey key, Guid expectedVersion, CancellationToken cancellationToken) =>
        new(_sessions.TryGetValue(key, out var current) && current.Version == expectedVersion && _sessions.TryRemove(new(key, current)));

    /// <inheritdoc/>
    public async ValueTask<IAsyncDisposable> LockAsync(TokenSessionKey key, CancellationToken cancellationToken)
    {
        var semaphore = _locks[(uint)key.GetHashCode() % Stripes];
        await semaphore.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Holder(semaphore);
    }

    private sealed class Holder(SemaphoreSlim semaphore) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            semaphore.Release();
            return default;
        }
    }
}
