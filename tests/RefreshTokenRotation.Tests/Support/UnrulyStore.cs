using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Tests.Support;

/// <summary>A store in memory whose calls give way to each other at random, conflict without a reason, and break before or after a write.</summary>
internal sealed class UnrulyStore(int seed) : ITokenStore
{
    private readonly InMemoryTokenStore _inner = new();
    private readonly Random _random = new(seed);
    private readonly Lock _lock = new();
    private int _conflicts;

    public bool KeepsTrail => true;

    /// <summary>How many swaps met a write of another call.</summary>
    public int Conflicts => _conflicts;

    /// <summary>The part of swaps that go wrong, in percent.</summary>
    public int FaultPercent { get; set; }

    /// <summary>Whether a fault may be an outage; otherwise it is a conflict.</summary>
    public bool Breaks { get; set; }

    public async ValueTask<IReadOnlyList<TokenFamily>> AddAsync(
        TokenFamily family, int activeCap, DateTimeOffset now, CancellationToken cancellationToken) =>
        await _inner.AddAsync(family, activeCap, now, cancellationToken);

    public async ValueTask<TokenFamily?> FindAsync(Opaque256 lookupKey, CancellationToken cancellationToken)
    {
        await GiveWayAsync();
        var family = await _inner.FindAsync(lookupKey, cancellationToken);
        await GiveWayAsync();
        return family;
    }

    public async ValueTask<bool> CompareAndSwapAsync(TokenFamily family, long expectedVersion, CancellationToken cancellationToken)
    {
        await GiveWayAsync();
        var fault = Draw();
        if (fault == SwapFault.ThrowBeforeWrite)
        {
            throw new IOException("The connection broke before the write.");
        }

        if (fault == SwapFault.ConflictWithoutWrite)
        {
            return false;
        }

        var swapped = await _inner.CompareAndSwapAsync(family, expectedVersion, cancellationToken);
        if (!swapped)
        {
            Interlocked.Increment(ref _conflicts);
        }

        await GiveWayAsync();
        return fault switch
        {
            SwapFault.ThrowAfterWrite => throw new IOException("The connection broke after the write."),
            SwapFault.ConflictThoughWritten => false,
            _ => swapped,
        };
    }

    public ValueTask<IReadOnlyList<TokenFamily>> ListAsync(TokenFamilyQuery query, CancellationToken cancellationToken) =>
        _inner.ListAsync(query, cancellationToken);

    public async ValueTask<long> RevokeAsync(TokenFamilyFilter filter, FamilyRevocation revocation, CancellationToken cancellationToken)
    {
        await GiveWayAsync();
        return await _inner.RevokeAsync(filter, revocation, cancellationToken);
    }

    public ValueTask<int> PruneAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken) =>
        _inner.PruneAsync(endedBefore, limit, cancellationToken);

    private async Task GiveWayAsync()
    {
        for (var left = Next(3); left > 0; left--)
        {
            await Task.Yield();
        }
    }

    private SwapFault Draw()
    {
        if (Next(100) >= FaultPercent)
        {
            return SwapFault.None;
        }

        var conflict = Next(2) == 0 ? SwapFault.ConflictThoughWritten : SwapFault.ConflictWithoutWrite;
        return !Breaks || Next(2) == 0 ? conflict : Next(2) == 0 ? SwapFault.ThrowBeforeWrite : SwapFault.ThrowAfterWrite;
    }

    private int Next(int bound)
    {
        lock (_lock)
        {
            return _random.Next(bound);
        }
    }
}
