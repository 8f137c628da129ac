namespace RefreshTokenRotation.Testing.Conformance.Model;

/// <summary>Random operations, one after the other and on either node, each of which must return what the reference store does.</summary>
internal sealed class SequentialRun(TokenStoreTrial trial, int seed)
{
    private const int Operations = 120;

    private readonly Random _random = new(seed);
    private readonly ReferenceTokenStore _model = new();
    private readonly List<TokenFamily> _known = [];
    private readonly string _tenant = trial.Rows.NewName("tenant");
    private int _born;

    public async Task RunAsync()
    {
        for (var i = 0; i < Operations; i++)
        {
            var store = trial.At(_random.Next(2));
            await (_random.Next(20) switch
            {
                < 6 => AddAsync(store),
                < 8 => FindAsync(store),
                < 14 => SwapAsync(store),
                < 17 => ListAsync(store),
                < 19 => RevokeAsync(store),
                _ => PruneAsync(store),
            }).ConfigureAwait(false);
        }

        foreach (var family in _known)
        {
            await FindAsync(trial.At(_random.Next(2)), family).ConfigureAwait(false);
        }

        // Pruning asks for no tenant: the next run begins with an empty store again.
        await trial.RevokeAsync(trial.First, TokenFamilyFilter.ForTenant(_tenant), delete: true).ConfigureAwait(false);
    }

    private async Task AddAsync(ITokenStore store)
    {
        var family = _known.Count > 0 && _random.Next(8) == 0 ? Any() : NewFamily();
        var (cap, now) = (_random.Next(1, 4), NewTime());
        var expected = _model.Add(family, cap, now);
        var evicted = await store.AddAsync(family, cap, now, trial.CancellationToken).ConfigureAwait(false);
        RequireSame(expected.OrderBy(row => row.Grant.FamilyId), evicted.OrderBy(row => row.Grant.FamilyId), "evicted families");
    }

    private Task FindAsync(ITokenStore store) => FindAsync(store, _known.Count == 0 ? NewFamily() : Any());

    private async Task FindAsync(ITokenStore store, TokenFamily family)
    {
        var found = await store.FindAsync(family.Grant.LookupKey, trial.CancellationToken).ConfigureAwait(false);
        var expected = _model.Find(family.Grant.LookupKey);
        RequireSame(expected is null ? [] : [expected], found is null ? [] : [found], "found families");
    }

    private async Task SwapAsync(ITokenStore store)
    {
        var known = _known.Count == 0 ? NewFamily() : Any();
        var row = _model.Find(known.Grant.LookupKey) ?? known;
        var read = _random.Next(5) == 0 ? row with { Version = Math.Max(1, row.Version - 1) } : row;

        // A family that has ended stays ended.
        var next = read.RevokedAt is not null ? read with { Version = read.Version + 1, LastUsedAt = NewTime() } : trial.Rows.Rotate(read, NewIssueTime());
        var expected = _model.Swap(next, read.Version);
        var swapped = await store.CompareAndSwapAsync(next, read.Version, trial.CancellationToken).ConfigureAwait(false);
        CaseRun.Require(swapped == expected, $"a swap of {next} that expects version {read.Version} returned {swapped}, and the reference says {expected}");
    }

    private async Task ListAsync(ITokenStore store)
    {
        var place = _random.Next(3) == 0 && _known.Count > 0 ? Any() : null;
        TokenFamilyCursor? after = place is null ? null : new TokenFamilyCursor(place.Grant.CreatedAt, place.Grant.FamilyId);
        var query = new TokenFamilyQuery(NewFilter(), after, _random.Next(3) == 0 ? _random.Next(1, 4) : 1000, NewTime());
        var listed = await store.ListAsync(query, trial.CancellationToken).ConfigureAwait(false);
        RequireSame(_model.List(query), listed, $"families of {query}");
    }

    private async Task RevokeAsync(ITokenStore store)
    {
        var filter = NewFilter();
        var revocation = new FamilyRevocation(NewTime(), (RevocationReason)_random.Next(1, 10), NewTime(), _random.Next(4) == 0);
        var expected = _model.Revoke(filter, revocation);
        var count = await store.RevokeAsync(filter, revocation, trial.CancellationToken).ConfigureAwait(false);
        CaseRun.Require(count == expected, $"a revocation counts {count}, and the reference says {expected} ({filter})");
    }

    private async Task PruneAsync(ITokenStore store)
    {
        var bound = NewTime();
        var expected = _model.Prune(bound);
        var count = await store.PruneAsync(bound, 10_000, trial.CancellationToken).ConfigureAwait(false);
        CaseRun.Require(count == expected, $"pruning counts {count}, and the reference says {expected}");
    }

    private TokenFamily NewFamily()
    {
        var family = trial.Rows.NewFamily($"user-{_random.Next(2)}", $"client-{_random.Next(2)}", _tenant);
        family = family with
        {
            Grant = family.Grant with
            {
                CreatedAt = NewIssueTime(),
                SessionId = Choose([null, "session-1", "session-2"]),
                AuthorizationId = Choose([null, "code-1", "code-2"]),
                Resources = Choose<IReadOnlyList<string>>([[], ["r1"], ["r1", "r2"]]),
            },
            RotationType = Choose([RotationType.Rotating, RotationType.NonRotating]),
            AbsoluteExpiresAt = Choose<DateTimeOffset?>([null, NewTime()]),
            IdleExpiresAt = Choose<DateTimeOffset?>([null, null, NewTime()]),
        };
        _known.Add(family);
        return family;
    }

    private TokenFamilyFilter NewFilter() => new()
    {
        TenantId = _tenant,
        Subject = Choose([null, "user-0", "user-1"]),
        ClientId = Choose([null, null, "client-0", "client-1"]),
        FamilyId = _random.Next(5) == 0 && _known.Count > 0 ? Any().Grant.FamilyId : null,
        ExceptFamilyId = _random.Next(5) == 0 && _known.Count > 0 ? Any().Grant.FamilyId : null,
        SessionId = Choose([null, null, null, "session-1"]),
        AuthorizationId = Choose([null, null, null, "code-1"]),
        Resource = Choose([null, null, null, "r1", "r2", TokenFamilyFilter.NoResource]),
        RotationType = Choose<RotationType?>([null, null, RotationType.Rotating, RotationType.NonRotating]),
        State = Choose<FamilyState?>([null, null, FamilyState.Active, FamilyState.Revoked, FamilyState.Expired]),
        CreatedNoLaterThan = Choose<DateTimeOffset?>([null, null, SampleRows.Now.AddTicks(_born / 2)]),
    };

    /// <summary>No two tokens are issued at one instant, so that one family is the oldest.</summary>
    private DateTimeOffset NewIssueTime() => SampleRows.Now.AddTicks(++_born + (_random.Next(4) * 1000));

    /// <summary>Few instants, so that bounds are met exactly.</summary>
    private DateTimeOffset NewTime() => SampleRows.Now.AddTicks(_random.Next(6));

    private TokenFamily Any() => _known[_random.Next(_known.Count)];

    private T Choose<T>(ReadOnlySpan<T> values) => values[_random.Next(values.Length)];

    private static void RequireSame(IEnumerable<TokenFamily> expected, IEnumerable<TokenFamily> actual, string what)
    {
        var (should, does) = (expected.ToList(), actual.ToList());
        CaseRun.Require(
            should.Select(row => row.Grant.FamilyId).SequenceEqual(does.Select(row => row.Grant.FamilyId)),
            $"{does.Count} {what}: {string.Join(", ", does)}; the reference says {should.Count}: {string.Join(", ", should)}");
        for (var i = 0; i < should.Count; i++)
        {
            RowComparison.Require(should[i], does[i], $"among the {what}");
        }
    }
}
