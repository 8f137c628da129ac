using RefreshTokenRotation.Internal;
using RefreshTokenRotation.Simulation.Calls;
using RefreshTokenRotation.Simulation.Engines;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Simulation.Defects;

/// <summary>A store behind which nothing is changed. Defects of stores change one call.</summary>
internal abstract class StoreDecorator(ITokenStore inner) : ITokenStore
{
    protected ITokenStore Inner => inner;

    public ValueTask<IReadOnlyList<TokenFamily>> AddAsync(TokenFamily family, int activeCap, DateTimeOffset now, CancellationToken cancellationToken) =>
        inner.AddAsync(family, activeCap, now, cancellationToken);

    public virtual ValueTask<TokenFamily?> FindAsync(Opaque256 lookupKey, CancellationToken cancellationToken) => inner.FindAsync(lookupKey, cancellationToken);

    public virtual ValueTask<bool> CompareAndSwapAsync(TokenFamily family, long expectedVersion, CancellationToken cancellationToken) =>
        inner.CompareAndSwapAsync(family, expectedVersion, cancellationToken);

    public ValueTask<IReadOnlyList<TokenFamily>> ListAsync(TokenFamilyQuery query, CancellationToken cancellationToken) => inner.ListAsync(query, cancellationToken);

    public ValueTask<long> RevokeAsync(TokenFamilyFilter filter, FamilyRevocation revocation, CancellationToken cancellationToken) =>
        inner.RevokeAsync(filter, revocation, cancellationToken);

    public ValueTask<int> PruneAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken) => inner.PruneAsync(endedBefore, limit, cancellationToken);
}

/// <summary>The library over a store that catches the conflict of its database, and tells nobody.</summary>
internal sealed class SwallowedConflicts(ITokenStore inner) : StoreDecorator(inner)
{
    public override async ValueTask<bool> CompareAndSwapAsync(TokenFamily family, long expectedVersion, CancellationToken cancellationToken)
    {
        await Inner.CompareAndSwapAsync(family, expectedVersion, cancellationToken);
        return true;
    }
}

/// <summary>The library where each request is one transaction of the host, which is rolled back if the request is rejected.</summary>
internal sealed class TransactionPerRequest : IEngine, IDisposable
{
    private readonly RealEngine _real;
    private readonly bool _commitsRejections;
    private Transaction _transaction = null!;

    public TransactionPerRequest(Stage stage, bool commitsRejections)
    {
        _commitsRejections = commitsRejections;
        _real = new RealEngine(stage, inner => _transaction = new Transaction(inner));
    }

    public async ValueTask<ExchangeResult> ExchangeAsync(ExchangeRequest request)
    {
        _transaction.Pending = null;
        var result = await _real.ExchangeAsync(request);
        if (result is ExchangeResult.Succeeded || _commitsRejections)
        {
            await _transaction.CommitAsync();
        }

        return result;
    }

    public ValueTask ConfirmUseAsync(Guid familyId, long generation) => _real.ConfirmUseAsync(familyId, generation);

    public ValueTask RevokeAsync(Guid familyId) => _real.RevokeAsync(familyId);

    public void Dispose() => _real.Dispose();

    /// <summary>Sees its own write, and writes at the end.</summary>
    private sealed class Transaction(ITokenStore inner) : StoreDecorator(inner)
    {
        public (TokenFamily Row, long Expected)? Pending { get; set; }

        public override ValueTask<TokenFamily?> FindAsync(Opaque256 lookupKey, CancellationToken cancellationToken) =>
            Pending is { } pending ? new(pending.Row) : Inner.FindAsync(lookupKey, cancellationToken);

        public override ValueTask<bool> CompareAndSwapAsync(TokenFamily family, long expectedVersion, CancellationToken cancellationToken)
        {
            Pending = (family, expectedVersion);
            return new(true);
        }

        public async ValueTask CommitAsync()
        {
            if (Pending is { } pending && !await Inner.CompareAndSwapAsync(pending.Row, pending.Expected, CancellationToken.None))
            {
                throw Unavailable.Contended();
            }
        }
    }
}

/// <summary>The library behind a token endpoint that takes the client id in the form for a client that proved itself.</summary>
internal sealed class NameIsProof(IEngine inner) : IEngine
{
    public ValueTask<ExchangeResult> ExchangeAsync(ExchangeRequest request) => inner.ExchangeAsync(new ExchangeRequest
    {
        RefreshToken = request.RefreshToken,
        ClientId = Universe.Client,
        SenderKeyThumbprint = request.SenderKeyThumbprint,
        Scopes = request.Scopes,
        CreateAccessToken = request.CreateAccessToken,
    });

    public ValueTask ConfirmUseAsync(Guid familyId, long generation) => inner.ConfirmUseAsync(familyId, generation);

    public ValueTask RevokeAsync(Guid familyId) => inner.RevokeAsync(familyId);
}
