namespace RefreshTokenRotation.Testing.Conformance.Model;

/// <summary>Random operations of several tasks on both nodes, whose history must be linearizable for each family.</summary>
internal sealed class ParallelRun(TokenStoreTrial trial, int seed)
{
    private const int Tasks = 4;
    private const int OperationsPerTask = 14;

    private readonly string _tenant = trial.Rows.NewName("tenant");
    private readonly FamilyHistory _history = new(trial.History);

    public async Task RunAsync()
    {
        var families = Enumerable.Range(1, 3).Select(number => NewFamily(TimeSpan.FromMinutes(number))).ToArray();
        await trial.AddAsync(families).ConfigureAwait(false);
        foreach (var family in families)
        {
            _history.Begin(family);
        }

        await CaseRun.RaceAsync(Tasks, async task =>
        {
            var random = new Random(unchecked((seed * 31) + task));
            for (var i = 0; i < OperationsPerTask; i++)
            {
                var store = trial.At(task + random.Next(2));
                var family = families[random.Next(families.Length)];
                await (random.Next(32) switch
                {
                    < 18 => ExchangeAsync(store, trial.At(random.Next(2)), family),
                    < 22 => FindAsync(store, family),
                    < 25 => ListAsync(store),
                    < 27 => AddAsync(store, family),
                    < 29 => AddAsync(store, NewFamily(TimeSpan.FromSeconds(random.Next(1, 60)))),
                    < 31 => RevokeAsync(store, random.Next(3) == 0 ? null : family, delete: random.Next(4) == 0),
                    _ => PruneAsync(store),
                }).ConfigureAwait(false);
                await CaseRun.LetOthersRunAsync().ConfigureAwait(false);
            }
        }).ConfigureAwait(false);

        await ListAsync(trial.First).ConfigureAwait(false);
        _history.RequireLinearizable(seed);
    }

    /// <summary>A find and a swap are two calls, and others come between them.</summary>
    private async Task ExchangeAsync(ITokenStore reader, ITokenStore writer, TokenFamily family)
    {
        if (await FindAsync(reader, family).ConfigureAwait(false) is not { RevokedAt: null } read)
        {
            return;
        }

        await CaseRun.LetOthersRunAsync().ConfigureAwait(false);
        var next = trial.Rows.Rotate(read);
        await _history.RecordAsync(
            () => trial.SwapAsync(writer, next),
            (start, end, swapped) => _history.Add(family, new FamilyOperation.Swapped(start, end, read.Version, RowState.Of(next)!, swapped))).ConfigureAwait(false);
    }

    private Task<TokenFamily?> FindAsync(ITokenStore store, TokenFamily family) => _history.RecordAsync(
        async () => await store.FindAsync(family.Grant.LookupKey, trial.CancellationToken).ConfigureAwait(false),
        (start, end, found) => _history.Add(family, new FamilyOperation.Seen(start, end, RowState.Of(found))));

    private Task ListAsync(ITokenStore store) => _history.RecordAsync(
        () => trial.ListAsync(TokenFamilyFilter.ForTenant(_tenant), store: store),
        (start, end, rows) => _history.AddToAll(id => new FamilyOperation.Seen(start, end, RowState.Of(rows.FirstOrDefault(row => row.Grant.FamilyId == id)))));

    private Task AddAsync(ITokenStore store, TokenFamily family)
    {
        _history.Know(family);
        return _history.RecordAsync(
            async () => await store.AddAsync(family, 3, SampleRows.Now, trial.CancellationToken).ConfigureAwait(false),
            (start, end, evicted) =>
            {
                _history.Add(family, new FamilyOperation.Added(start, end, RowState.Of(family)!));
                foreach (var victim in evicted)
                {
                    _history.Add(victim, new FamilyOperation.Evicted(start, end, RowState.Of(victim)));
                }
            });
    }

    private Task RevokeAsync(ITokenStore store, TokenFamily? family, bool delete)
    {
        var filter = TokenFamilyFilter.ForUser("alice") with { TenantId = _tenant, FamilyId = family?.Grant.FamilyId };
        var revocation = new FamilyRevocation(SampleRows.Now, RevocationReason.User, SampleRows.Now, delete);
        return _history.RecordAsync(
            async () => await store.RevokeAsync(filter, revocation, trial.CancellationToken).ConfigureAwait(false),
            (start, end, _) => _history.AddToAll(
                id => family is null || family.Grant.FamilyId == id ? new FamilyOperation.Revoked(start, end, SampleRows.Now, delete) : null));
    }

    private Task PruneAsync(ITokenStore store) => _history.RecordAsync(
        async () => await store.PruneAsync(SampleRows.Now.AddDays(1), 1000, trial.CancellationToken).ConfigureAwait(false),
        (start, end, _) => _history.AddToAll(_ => new FamilyOperation.Pruned(start, end, SampleRows.Now.AddDays(1))));

    private TokenFamily NewFamily(TimeSpan age) => trial.Rows.NewFamily(tenantId: _tenant, age: age);
}
