using System.Security.Cryptography;
using System.Text.Json;

namespace RefreshTokenRotation.Client;

/// <summary>Sessions in a store: encrypted, bounded in time, and published to this process as soon as they are read or written.</summary>
internal sealed class SessionRepository(string name, ITokenSessionStore store, SessionProtection protection, ClientMetrics metrics, TimeProvider time)
{
    private const int SaveAttempts = 3;
    private static readonly TimeSpan OperationLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LockLimit = TimeSpan.FromMinutes(1);

    /// <summary>Reads the session. Null if there is none that can be decrypted.</summary>
    public async Task<StoredSession?> LoadAsync(SessionState state)
    {
        using var limit = new CancellationTokenSource(OperationLimit, time);
        var record = await store.LoadAsync(state.Key, limit.Token).ConfigureAwait(false);
        if (record is null)
        {
            state.Forget();
            return null;
        }

        if (state.Version == record.Version)
        {
            return new StoredSession(record.Version, state.Data!);
        }

        try
        {
            var data = SessionData.Parse(protection.Unprotect(state.Key, record.Data.ToArray()));
            state.Publish(record.Version, data);
            return new StoredSession(record.Version, data);
        }
        catch (Exception error) when (error is CryptographicException or JsonException or InvalidDataException)
        {
            // The key is lost, or the bytes are. A log-in replaces them; nothing is deleted, for the key may come back.
            metrics.Logger.Unreadable(name);
            state.Forget();
            return null;
        }
    }

    public async Task<IAsyncDisposable> LockAsync(TokenSessionKey key)
    {
        using var limit = new CancellationTokenSource(LockLimit, time);
        return await store.LockAsync(key, limit.Token).ConfigureAwait(false);
    }

    /// <summary>Stores a session in place of the expected one, and publishes it. False on a conflict.</summary>
    /// <remarks>What can't be stored now is kept and stored before the next exchange: the server has no other copy of the new refresh token.</remarks>
    public Task<bool> SaveAsync(SessionState state, Guid? expected, SessionData data) =>
        SaveAsync(state, new SessionState.UnsavedSession(expected, new TokenSessionRecord(Guid.NewGuid(), protection.Protect(state.Key, data.ToBytes())), data));

    /// <summary>Stores what an earlier flight could not.</summary>
    public async Task SavePendingAsync(SessionState state)
    {
        if (state.Unsaved is { } pending)
        {
            await SaveAsync(state, pending).ConfigureAwait(false);
        }
    }

    /// <summary>Writes whatever is stored, for a new log-in.</summary>
    public async Task ReplaceAsync(SessionState state, SessionData data)
    {
        Guid? expected;
        do
        {
            using var limit = new CancellationTokenSource(OperationLimit, time);
            expected = (await store.LoadAsync(state.Key, limit.Token).ConfigureAwait(false))?.Version;
        }
        while (!await SaveAsync(state, expected, data).ConfigureAwait(false));
    }

    public async Task<bool> DeleteAsync(SessionState state, Guid version)
    {
        using var limit = new CancellationTokenSource(OperationLimit, time);
        var isDeleted = await store.DeleteIfUnchangedAsync(state.Key, version, limit.Token).ConfigureAwait(false);
        state.Forget();
        return isDeleted;
    }

    private async Task<bool> SaveAsync(SessionState state, SessionState.UnsavedSession session)
    {
        state.Unsaved = session;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var limit = new CancellationTokenSource(OperationLimit, time);
                var isSaved = await store.CompareAndSwapAsync(state.Key, session.Expected, session.Record, limit.Token).ConfigureAwait(false)
                    || (await store.LoadAsync(state.Key, limit.Token).ConfigureAwait(false))?.Version == session.Record.Version; // an attempt that seemed to fail
                state.Unsaved = null;
                if (isSaved)
                {
                    state.Publish(session.Record.Version, session.Data);
                }

                return isSaved;
            }
#pragma warning disable CA1031 // a store of the host's may throw anything
            catch (Exception) when (attempt < SaveAttempts)
#pragma warning restore CA1031
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50 * attempt), time).ConfigureAwait(false);
            }
        }
    }
}

/// <summary>A session as it was read.</summary>
internal sealed record StoredSession(Guid Version, SessionData Data)
{
    /// <summary>Shows no token.</summary>
    public override string ToString() => "stored session (redacted)";
}
