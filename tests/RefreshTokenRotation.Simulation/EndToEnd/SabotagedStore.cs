using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Simulation.EndToEnd;

/// <summary>Ways to break the rows. The world has to find each.</summary>
internal enum Sabotage
{
    None,

    /// <summary>The write ignores the version that was read: two servers overwrite each other.</summary>
    IgnoresVersion,

    /// <summary>One write in 500 is acknowledged, and lost.</summary>
    LosesWrites,

    /// <summary>Reads show a write only three seconds later, as a replica does.</summary>
    ReadsFromReplica,

    /// <summary>The end of the leeway is not stored.</summary>
    DropsLeeway,

    /// <summary>The revocation is not stored.</summary>
    DropsRevocation,

    /// <summary>Every read renews the leeway.</summary>
    RenewsLeeway,
}

/// <summary>A broken store.</summary>
internal sealed class SabotagedStore(Sabotage sabotage, ITokenStore rows, Agenda agenda) : ITokenStore
{
    private const int Seldom = 500;

    private static readonly TimeSpan Lag = TimeSpan.FromSeconds(3);

    private readonly Dictionary<Opaque256, (TokenFamily Row, TimeSpan ReplacedAt)> _former = [];
    private readonly Dictionary<Guid, TokenFamily> _seen = [];
    private int _calls;

    public bool KeepsTrail => true;

    public static ITokenStore Wrap(Sabotage sabotage, ITokenStore rows, Agenda agenda) => sabotage == Sabotage.None ? rows : new SabotagedStore(sabotage, rows, agenda);

    public ValueTask<IReadOnlyList<TokenFamily>> AddAsync(TokenFamily family, int activeCap, DateTimeOffset now, CancellationToken cancellationToken) =>
        rows.AddAsync(family, activeCap, now, cancellationToken);

    public async ValueTask<TokenFamily?> FindAsync(Opaque256 lookupKey, CancellationToken cancellationToken)
    {
        var row = await rows.FindAsync(lookupKey, cancellationToken);
        if (row is not null)
        {
            _seen[row.Grant.FamilyId] = row;
        }

        return sabotage switch
        {
            Sabotage.ReadsFromReplica when _former.TryGetValue(lookupKey, out var former) && agenda.Now - former.ReplacedAt < Lag => former.Row,
            Sabotage.RenewsLeeway when row?.LeewayUntil is { } until => Renew(row, until - row.RotatedAt!.Value),
            _ => row,
        };
    }

    public async ValueTask<bool> CompareAndSwapAsync(TokenFamily family, long expectedVersion, CancellationToken cancellationToken)
    {
        var row = await rows.FindAsync(family.Grant.LookupKey, cancellationToken);
        if (row is null || (row.Version != expectedVersion && sabotage != Sabotage.IgnoresVersion))
        {
            return false;
        }

        if (sabotage == Sabotage.LosesWrites && ++_calls % Seldom == 0)
        {
            return true;
        }

        _former[family.Grant.LookupKey] = (row, agenda.Now);
        return await rows.CompareAndSwapAsync(
            sabotage switch
            {
                Sabotage.DropsLeeway => family with { LeewayUntil = null },
                Sabotage.DropsRevocation => family with { RevokedAt = null, RevocationReason = null },
                _ => family,
            },
            row.Version,
            cancellationToken);
    }

    public ValueTask<IReadOnlyList<TokenFamily>> ListAsync(TokenFamilyQuery query, CancellationToken cancellationToken) => rows.ListAsync(query, cancellationToken);

    public ValueTask<long> RevokeAsync(TokenFamilyFilter filter, FamilyRevocation revocation, CancellationToken cancellationToken)
    {
        var row = _seen[filter.FamilyId!.Value];
        _former[row.Grant.LookupKey] = (row, agenda.Now);
        return rows.RevokeAsync(filter, revocation, cancellationToken);
    }

    public ValueTask<int> PruneAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken) => rows.PruneAsync(endedBefore, limit, cancellationToken);

    private TokenFamily Renew(TokenFamily row, TimeSpan leeway) => row with { RotatedAt = Machine.Epoch + agenda.Now, LeewayUntil = Machine.Epoch + agenda.Now + leeway };
}
