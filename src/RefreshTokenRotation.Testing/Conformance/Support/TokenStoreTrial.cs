namespace RefreshTokenRotation.Testing.Conformance.Support;

/// <summary>A token store under test, and rows to put into it.</summary>
internal sealed class TokenStoreTrial(TokenStoreHarness harness, CaseRun run, ITokenStore first, ITokenStore second)
    : StoreTrial<TokenStoreHarness, ITokenStore>(
        harness, run, new RecordingTokenStore(first, run.History, "node 1"), new RecordingTokenStore(second, run.History, "node 2"))
{
    public SampleRows Rows { get; } = new(run.Options.Seed);

    public static async Task<TokenStoreTrial> OpenAsync(TokenStoreHarness harness, CaseRun run)
    {
        var first = await harness.OpenAsync(run.CancellationToken).ConfigureAwait(false);
        var second = await harness.OpenSecondAsync(run.CancellationToken).ConfigureAwait(false);
        var query = new TokenFamilyQuery(TokenFamilyFilter.ForTenant(string.Empty), null, 1, SampleRows.Now);
        var left = await first.ListAsync(query, run.CancellationToken).ConfigureAwait(false);
        CaseRun.Require(left.Count == 0, $"{harness.GetType().Name}.{nameof(harness.OpenAsync)} opened a store that is not empty");
        return new TokenStoreTrial(harness, run, first, second);
    }

    /// <summary>The store as a process finds it that starts after a crash.</summary>
    public async Task<ITokenStore> CrashAsync() =>
        new RecordingTokenStore(await Harness.CrashAsync(CancellationToken).ConfigureAwait(false), History, "after the crash");

    /// <summary>Adds rows without any eviction.</summary>
    public async Task AddAsync(params IEnumerable<TokenFamily> families)
    {
        foreach (var family in families)
        {
            var evicted = await First.AddAsync(family, int.MaxValue, SampleRows.Now, CancellationToken).ConfigureAwait(false);
            CaseRun.Require(evicted.Count == 0, $"an add below the cap evicted {evicted.Count} families");
        }
    }

    /// <summary>Makes a call that may throw; the exception, or null if there was none.</summary>
    public async Task<Exception?> TryAsync(Func<CancellationToken, Task> call, CancellationToken? token = null)
    {
        try
        {
            await call(token ?? CancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (Exception exception) when (!CancellationToken.IsCancellationRequested)
        {
            return exception;
        }
    }

    /// <summary>Cancels a call: at step 0 before it begins, and later with each further step.</summary>
    public async Task<Exception?> TryCancelledAsync(int step, Func<CancellationToken, Task> call)
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken);
        if (step == 0)
        {
            await cancellation.CancelAsync().ConfigureAwait(false);
        }

        var calling = TryAsync(call, cancellation.Token);
        for (var i = 1; i < step; i++)
        {
            await CaseRun.LetOthersRunAsync().ConfigureAwait(false);
        }

        await cancellation.CancelAsync().ConfigureAwait(false);
        return await calling.ConfigureAwait(false);
    }

    /// <summary>A row as the second instance finds it.</summary>
    public async Task<TokenFamily?> FindAsync(TokenFamily family) =>
        await Second.FindAsync(family.Grant.LookupKey, CancellationToken).ConfigureAwait(false);

    public async Task<bool> SwapAsync(ITokenStore store, TokenFamily next) =>
        await store.CompareAndSwapAsync(next, next.Version - 1, CancellationToken).ConfigureAwait(false);

    public async Task<long> RevokeAsync(ITokenStore store, TokenFamilyFilter filter, bool delete = false) =>
        await store.RevokeAsync(
            filter,
            new FamilyRevocation(SampleRows.Now.AddTicks(7), RevocationReason.User, SampleRows.Now, delete),
            CancellationToken).ConfigureAwait(false);

    public async Task<IReadOnlyList<TokenFamily>> ListAsync(
        TokenFamilyFilter filter, TokenFamilyCursor? after = null, int limit = 1000, ITokenStore? store = null) =>
        await (store ?? Second).ListAsync(new TokenFamilyQuery(filter, after, limit, SampleRows.Now), CancellationToken).ConfigureAwait(false);

    /// <summary>Demands that both instances hold exactly these rows.</summary>
    public async Task RequireStoredAsync(string after, params IEnumerable<TokenFamily> families)
    {
        foreach (var family in families)
        {
            foreach (var store in new[] { First, Second })
            {
                RowComparison.Require(family, await store.FindAsync(family.Grant.LookupKey, CancellationToken).ConfigureAwait(false), after);
            }
        }
    }

    public async Task RequireGoneAsync(string after, params IEnumerable<TokenFamily> families)
    {
        foreach (var family in families)
        {
            foreach (var store in new[] { First, Second })
            {
                var found = await store.FindAsync(family.Grant.LookupKey, CancellationToken).ConfigureAwait(false);
                CaseRun.Require(found is null, $"{after}, {family} is still found");
            }

            var listed = await ListAsync(new TokenFamilyFilter { TenantId = family.Grant.TenantId, FamilyId = family.Grant.FamilyId }).ConfigureAwait(false);
            CaseRun.Require(listed.Count == 0, $"{after}, {family} is still listed");
        }
    }
}
