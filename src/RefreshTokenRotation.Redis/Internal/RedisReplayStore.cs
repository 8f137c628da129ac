using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Redis.Internal;

/// <summary>Used proofs and assertions in Redis: one script each. The nodes' clocks say when one has expired; the server's only deletes it.</summary>
internal sealed class RedisReplayStore(RedisConnection connection, TimeProvider time) : IReplayStore
{
    /// <summary>An expired key stays for as long as the clocks of nodes may differ: a node whose clock is behind still accepts what it names.</summary>
    private static readonly TimeSpan Drift = TimeSpan.FromMinutes(10);

    public async ValueTask<bool> ContainsAsync(ReplayKey key, CancellationToken cancellationToken)
    {
        var expiry = (string?)await connection.ReadAsync(Script.TextOf, connection.Names.Replay(key), [], cancellationToken).ConfigureAwait(false);
        return expiry is not null && string.CompareOrdinal(KeyNames.Digits(time.GetUtcNow().UtcTicks), expiry) < 0;
    }

    public async ValueTask<bool> TryAddAsync(ReplayKey key, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var kept = (expiresAt > now ? expiresAt - now : TimeSpan.Zero) + Drift;
        return (int)await connection.WriteAsync(
            Script.Replay,
            [connection.Names.Replay(key)],
            [KeyNames.Digits(expiresAt.UtcTicks), KeyNames.Digits(now.UtcTicks), (long)kept.TotalMilliseconds],
            cancellationToken).ConfigureAwait(false) == 1;
    }
}
