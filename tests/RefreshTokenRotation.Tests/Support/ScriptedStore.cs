using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Tests.Support;

/// <summary>A store in memory whose calls a test counts, interrupts and falsifies. The scripts are told the number of the call, from 1.</summary>
internal sealed class ScriptedStore : ITokenStore
{
    private readonly InMemoryTokenStore _inner = new();
    private int _finds;
    private int _swaps;
    private int _revocations;

    public bool KeepsTrail => true;

    public int Finds => _finds;

    public int Swaps => _swaps;

    public int Revocations => _revocations;

    /// <summary>Runs after the read; what it returns is what the engine sees.</summary>
    public Func<int, TokenFamily?, Task<TokenFamily?>>? OnFind { get; set; }

    /// <summary>Runs before the write, which another call may overtake here.</summary>
    public Func<int, TokenFamily, Task<SwapFault>>? OnSwap { get; set; }

    /// <summary>Runs before the write; an exception prevents it.</summary>
    public Func<int, TokenFamilyFilter, Task>? OnRevoke { get; set; }

    /// <summary>Forgets the scripts and starts to count afresh.</summary>
    public void Reset()
    {
        (OnFind, OnSwap, OnRevoke) = (null, null, null);
        (_finds, _swaps, _revocations) = (0, 0, 0);
    }

    /// <summary>Each swap meets the fault in its place; later ones meet none.</summary>
    public void FailSwaps(params SwapFault[] faults) =>
        OnSwap = (call, _) => Task.FromResult(call <= faults.Length ? faults[call - 1] : SwapFault.None);

    /// <summary>Something happens just before the first swap.</summary>
    public void Overtake(Func<Task> before) => OnSwap = async (call, _) =>
    {
        if (call == 1)
        {
            await before();
        }

        return SwapFault.None;
    };

    public ValueTask<IReadOnlyList<TokenFamily>> AddAsync(
        TokenFamily family, int activeCap, DateTimeOffset now, CancellationToken cancellationToken) =>
        _inner.AddAsync(family, activeCap, now, cancellationToken);

    public async ValueTask<TokenFamily?> FindAsync(Opaque256 lookupKey, CancellationToken cancellationToken)
    {
        var call = Interlocked.Increment(ref _finds);
        var family = await _inner.FindAsync(lookupKey, cancellationToken);
        return OnFind is { } script ? await script(call, family) : family;
    }

    public async ValueTask<bool> CompareAndSwapAsync(TokenFamily family, long expectedVersion, CancellationToken cancellationToken)
    {
        var call = Interlocked.Increment(ref _swaps);
        var fault = OnSwap is { } script ? await script(call, family) : SwapFault.None;
        switch (fault)
        {
            case SwapFault.ThrowBeforeWrite:
                throw new IOException("The connection broke before the write.");
            case SwapFault.ConflictWithoutWrite:
                return false;
            default:
                var swapped = await _inner.CompareAndSwapAsync(family, expectedVersion, cancellationToken);
                return fault switch
                {
                    SwapFault.ThrowAfterWrite => throw new IOException("The connection broke after the write."),
                    SwapFault.ConflictThoughWritten => false,
                    _ => swapped,
                };
        }
    }

    public ValueTask<IReadOnlyList<TokenFamily>> ListAsync(TokenFamilyQuery query, CancellationToken cancellationToken) =>
        _inner.ListAsync(query, cancellationToken);

    public async ValueTask<long> RevokeAsync(TokenFamilyFilter filter, FamilyRevocation revocation, CancellationToken cancellationToken)
    {
        var call = Interlocked.Increment(ref _revocations);
        if (OnRevoke is { } script)
        {
            await script(call, filter);
        }

        return await _inner.RevokeAsync(filter, revocation, cancellationToken);
    }

    public ValueTask<int> PruneAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken) =>
        _inner.PruneAsync(endedBefore, limit, cancellationToken);
}
