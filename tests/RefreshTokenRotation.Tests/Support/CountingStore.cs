using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Tests.Support;

/// <summary>A store in memory that tells when it was pruned, and fails at it on demand.</summary>
internal sealed class CountingStore : ITokenStore, IDisposable
{
    private readonly InMemoryTokenStore _inner = new();
    private readonly SemaphoreSlim _called = new(0);
    private readonly List<int> _pruned = [];
    private int _seen;

    public bool KeepsTrail => true;

    public bool Fails { get; set; }

    public IReadOnlyList<int> Pruned => _pruned;

    /// <summary>Waits until pruning was called this often in all.</summary>
    public async Task CallsAsync(int count)
    {
        for (; _seen < count; _seen++)
        {
            (await _called.WaitAsync(Eventually.Patience)).Should().BeTrue("pruning was expected to run");
        }
    }

    public void Dispose() => _called.Dispose();

    public ValueTask<IReadOnlyList<TokenFamily>> AddAsync(TokenFamily family, int activeCap, DateTimeOffset now, CancellationToken cancellationToken) =>
        _inner.AddAsync(family, activeCap, now, cancellationToken);

    public ValueTask<TokenFamily?> FindAsync(Opaque256 lookupKey, CancellationToken cancellationToken) => _inner.FindAsync(lookupKey, cancellationToken);

    public ValueTask<bool> CompareAndSwapAsync(TokenFamily family, long expectedVersion, CancellationToken cancellationToken) =>
        _inner.CompareAndSwapAsync(family, expectedVersion, cancellationToken);

    public ValueTask<IReadOnlyList<TokenFamily>> ListAsync(TokenFamilyQuery query, CancellationToken cancellationToken) => _inner.ListAsync(query, cancellationToken);

    public ValueTask<long> RevokeAsync(TokenFamilyFilter filter, FamilyRevocation revocation, CancellationToken cancellationToken) =>
        _inner.RevokeAsync(filter, revocation, cancellationToken);

    public async ValueTask<int> PruneAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken)
    {
        try
        {
            if (Fails)
            {
                throw new IOException("The store is away.");
            }

            var count = await _inner.PruneAsync(endedBefore, limit, cancellationToken);
            _pruned.Add(count);
            return count;
        }
        finally
        {
            _called.Release();
        }
    }
}
