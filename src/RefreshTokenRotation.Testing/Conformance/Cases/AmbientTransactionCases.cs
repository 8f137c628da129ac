using System.Transactions;

namespace RefreshTokenRotation.Testing.Conformance.Cases;

/// <summary>Calls within a transaction of the host that is never completed.</summary>
internal static class AmbientTransactionCases
{
    private const ConformanceGroup Group = ConformanceGroup.Atomicity;

    public static IReadOnlyList<ConformanceCase<TokenStoreHarness>> All { get; } =
    [
        TokenCase.Core("atomic.ambient-add", Group, "An ambient transaction does not cover the store: its rollback undoes no add, and brings no evicted family back.", AddAsync),
        TokenCase.Core("atomic.ambient-find", Group, "An ambient transaction does not cover the store: a find within it sees every write that returned before the find began.", FindAsync),
        TokenCase.Core("atomic.ambient-swap", Group, "An ambient transaction does not cover the store: its rollback undoes no swap.", SwapAsync),
        TokenCase.Core("atomic.ambient-revocation", Group, "An ambient transaction does not cover the store: its rollback undoes no revocation and no deletion.", RevokeAsync),
    ];

    private static async Task AddAsync(TokenStoreTrial trial)
    {
        var victim = trial.Rows.NewFamily(age: TimeSpan.FromHours(1));
        var added = trial.Rows.NewFamily();
        await trial.AddAsync(victim).ConfigureAwait(false);
        using (Scope())
        {
            var evicted = await trial.First.AddAsync(added, 1, SampleRows.Now, trial.CancellationToken).ConfigureAwait(false);
            CaseRun.Require(evicted.Count == 1, $"an add with cap 1 beside one family evicted {evicted.Count}");
        }

        await trial.RequireStoredAsync("after the caller's transaction was rolled back", added).ConfigureAwait(false);
        await trial.RequireGoneAsync("after it was evicted and the caller's transaction was rolled back", victim).ConfigureAwait(false);
    }

    private static async Task FindAsync(TokenStoreTrial trial)
    {
        var family = trial.Rows.NewFamily();
        var rotated = trial.Rows.Rotate(family);
        await trial.AddAsync(family).ConfigureAwait(false);
        using (Scope())
        {
            RowComparison.Require(family, await FirstFindAsync().ConfigureAwait(false), "within a transaction of the caller");
            using (var outside = new TransactionScope(TransactionScopeOption.Suppress, TransactionScopeAsyncFlowOption.Enabled))
            {
                CaseRun.Require(await trial.SwapAsync(trial.Second, rotated).ConfigureAwait(false), "a swap from the stored version was refused");
                outside.Complete();
            }

            RowComparison.Require(rotated, await FirstFindAsync().ConfigureAwait(false), "within a transaction of the caller, after another node's swap");
        }

        ValueTask<TokenFamily?> FirstFindAsync() => trial.First.FindAsync(family.Grant.LookupKey, trial.CancellationToken);
    }

    private static async Task SwapAsync(TokenStoreTrial trial)
    {
        var family = trial.Rows.NewFullFamily();
        var rotated = trial.Rows.Rotate(family);
        await trial.AddAsync(family).ConfigureAwait(false);
        using (Scope())
        {
            CaseRun.Require(await trial.SwapAsync(trial.First, rotated).ConfigureAwait(false), "a swap from the stored version was refused");
        }

        await trial.RequireStoredAsync("after the caller's transaction was rolled back", rotated).ConfigureAwait(false);
    }

    private static async Task RevokeAsync(TokenStoreTrial trial)
    {
        var revoked = trial.Rows.NewFamily("alice");
        var deleted = trial.Rows.NewFamily("bob");
        await trial.AddAsync(revoked, deleted).ConfigureAwait(false);
        using (Scope())
        {
            var count = await trial.RevokeAsync(trial.First, TokenFamilyFilter.ForUser("alice")).ConfigureAwait(false)
                + await trial.RevokeAsync(trial.First, TokenFamilyFilter.ForUser("bob"), delete: true).ConfigureAwait(false);
            CaseRun.Require(count == 2, $"a revocation and a deletion of one family each count {count}");
        }

        var found = await trial.FindAsync(revoked).ConfigureAwait(false);
        CaseRun.Require(found?.RevokedAt is not null, "a revoked family lives again after the caller's transaction was rolled back");
        await trial.RequireGoneAsync("after the caller's transaction was rolled back", deleted).ConfigureAwait(false);
    }

    /// <summary>A transaction that is rolled back when it is disposed.</summary>
    private static TransactionScope Scope() => new(TransactionScopeOption.Required, TransactionScopeAsyncFlowOption.Enabled);
}
