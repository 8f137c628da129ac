namespace RefreshTokenRotation.Testing.Conformance.Cases;

/// <summary>A crash in the middle of writes.</summary>
internal static class CrashCase
{
    private const int Writers = 6;

    public static ConformanceCase<TokenStoreHarness> Create() => TokenCase.Core(
        "atomic.crash",
        ConformanceGroup.Atomicity,
        "A row is durable before its write returns. A crash leaves every other write whole, or not done at all.",
        RunAsync);

    private static async Task RunAsync(TokenStoreTrial trial)
    {
        var ledgers = Enumerable.Range(0, Writers).Select(writer => new Ledger(trial.Rows.NewFamily($"user-{writer}", age: TimeSpan.FromHours(1)))).ToArray();
        await trial.AddAsync(ledgers.Select(ledger => ledger.Answered)).ConfigureAwait(false);
        var writes = 0;
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var crashed = CancellationTokenSource.CreateLinkedTokenSource(trial.CancellationToken);
        ITokenStore? after = null;
        await CaseRun.RaceAsync(Writers + 1, async caller =>
        {
            if (caller == Writers)
            {
                await begun.Task.WaitAsync(trial.CancellationToken).ConfigureAwait(false);
                after = await trial.CrashAsync().ConfigureAwait(false);
                await crashed.CancelAsync().ConfigureAwait(false);
                return;
            }

            while (!crashed.IsCancellationRequested && await WriteAsync(trial, caller, ledgers[caller]).ConfigureAwait(false))
            {
                if (Interlocked.Increment(ref writes) == 5 * Writers)
                {
                    begun.TrySetResult();
                }

                await CaseRun.LetOthersRunAsync().ConfigureAwait(false);
            }

            // A store that is gone ends its writers; if all of them end before the crash, it has come already.
            begun.TrySetResult();
        }).ConfigureAwait(false);

        foreach (var ledger in ledgers)
        {
            var left = await trial.ListAsync(TokenFamilyFilter.ForUser(ledger.Answered.Grant.Subject), store: after).ConfigureAwait(false);
            CaseRun.Require(left.Count == 1, $"adds with cap 1 were cut by a crash, and {left.Count} families are there");
            CaseRun.Require(
                RowComparison.Equal(left[0], ledger.Answered) || (ledger.Pending is { } pending && RowComparison.Equal(left[0], pending)),
                $"after a crash, {left[0]} version {left[0].Version} is there, where the last completed write left {ledger.Answered} version {ledger.Answered.Version}");
            var found = await after!.FindAsync(left[0].Grant.LookupKey, trial.CancellationToken).ConfigureAwait(false);
            RowComparison.Require(left[0], found, "after a crash");
        }
    }

    /// <summary>One rotation, or one log-in that evicts the family before; false once the store is gone.</summary>
    private static async Task<bool> WriteAsync(TokenStoreTrial trial, int caller, Ledger ledger)
    {
        var store = trial.At(caller);
        var isAdd = trial.Rows.NewNumber(4) == 0;
        ledger.Pending = isAdd
            ? trial.Rows.NewFamily(ledger.Answered.Grant.Subject)
            : trial.Rows.Rotate(ledger.Answered);
        var swapped = true;
        var outcome = await trial.TryAsync(async token =>
        {
            if (isAdd)
            {
                await store.AddAsync(ledger.Pending, 1, SampleRows.Now, token).ConfigureAwait(false);
            }
            else
            {
                swapped = await trial.SwapAsync(store, ledger.Pending).ConfigureAwait(false);
            }
        }).ConfigureAwait(false);
        if (outcome is not null)
        {
            return false;
        }

        CaseRun.Require(swapped, "the only writer's swap was refused");
        ledger.Answered = ledger.Pending;
        ledger.Pending = null;
        return true;
    }

    /// <summary>What a writer knows: its last completed write, and the one that has not returned.</summary>
    private sealed class Ledger(TokenFamily answered)
    {
        public TokenFamily Answered { get; set; } = answered;

        public TokenFamily? Pending { get; set; }
    }
}
