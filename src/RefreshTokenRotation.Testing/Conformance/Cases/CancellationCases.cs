namespace RefreshTokenRotation.Testing.Conformance.Cases;

internal static class CancellationCases
{
    private const ConformanceGroup Group = ConformanceGroup.Cancellation;

    private static readonly (string Name, bool IsWrite, Func<ITokenStore, Calls, CancellationToken, Task> Call)[] Methods =
    [
        ("add", true, static (store, calls, token) => store.AddAsync(calls.New, 1, SampleRows.Now, token).AsTask()),
        ("find", false, static (store, calls, token) => store.FindAsync(calls.There.Grant.LookupKey, token).AsTask()),
        ("swap", true, static (store, calls, token) => store.CompareAndSwapAsync(calls.Next, calls.There.Version, token).AsTask()),
        ("list", false, static (store, _, token) => store.ListAsync(new TokenFamilyQuery(TokenFamilyFilter.ForUser("alice"), null, 10, SampleRows.Now), token).AsTask()),
        ("revoke", true, static (store, _, token) => store.RevokeAsync(
            TokenFamilyFilter.ForUser("alice"), new FamilyRevocation(SampleRows.Now, RevocationReason.User, SampleRows.Now, false), token).AsTask()),
        ("prune", true, static (store, _, token) => store.PruneAsync(SampleRows.Now, 10, token).AsTask()),
    ];

    public static IReadOnlyList<ConformanceCase<TokenStoreHarness>> All { get; } =
    [
        TokenCase.Optional("cancel.before-a-write", Group, "A write whose token is cancelled before it begins throws OperationCanceledException and writes nothing.", trial => BeforeAsync(trial, isWrite: true)),
        TokenCase.Optional("cancel.before-a-read", Group, "A read whose token is cancelled before it begins throws OperationCanceledException.", trial => BeforeAsync(trial, isWrite: false)),
        TokenCase.Optional("cancel.during-a-revocation", Group, "A revocation that works in many steps stops at the next one when its token is cancelled, and throws.", DuringRevocationAsync),
        TokenCase.Core("cancel.works-on", Group, "Cancelled calls break nothing: the store completes every later call.", WorksOnAsync),
    ];

    private static async Task BeforeAsync(TokenStoreTrial trial, bool isWrite)
    {
        foreach (var (name, _, call) in Methods.Where(method => method.IsWrite == isWrite))
        {
            var there = trial.Rows.NewFullFamily() is var full ? full with { Grant = full.Grant with { TenantId = string.Empty, Subject = "alice", ClientId = "web" } } : full;
            var ended = SampleRows.Revoked(trial.Rows.NewFamily(), SampleRows.Now.AddDays(-1));
            var added = trial.Rows.NewFamily();
            await trial.AddAsync(there, ended).ConfigureAwait(false);
            var outcome = await trial.TryAsync(
                token => call(trial.First, new Calls(there, trial.Rows.Rotate(there), added), token), new CancellationToken(canceled: true)).ConfigureAwait(false);
            CaseRun.Require(outcome is OperationCanceledException, $"{name} {(outcome is null ? "ran as if its token were not cancelled" : $"threw {outcome.GetType().Name}")}");
            await trial.RequireStoredAsync($"after a cancelled {name}", there, ended).ConfigureAwait(false);
            await trial.RequireGoneAsync($"after a cancelled {name}", added).ConfigureAwait(false);
            await trial.RevokeAsync(trial.First, TokenFamilyFilter.ForUser("alice"), delete: true).ConfigureAwait(false);
        }
    }

    /// <summary>Batches are of one size: if a quarter was not done after the cancellation, then one more batch does not do all.</summary>
    private static async Task DuringRevocationAsync(TokenStoreTrial trial)
    {
        const int Families = 200;
        for (var round = 0; round < trial.Options.Rounds; round++)
        {
            var user = trial.Rows.NewName("user");
            var filter = TokenFamilyFilter.ForUser(user);
            await trial.AddAsync(Enumerable.Range(0, Families).Select(_ => trial.Rows.NewFamily(user))).ConfigureAwait(false);
            async Task<int> CountAsync() => (await trial.ListAsync(filter, limit: 2 * Families).ConfigureAwait(false)).Count(family => family.RevokedAt is not null);

            using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(trial.CancellationToken);
            var revocation = new FamilyRevocation(SampleRows.Now, RevocationReason.User, SampleRows.Now, Delete: false);
            var revoking = Task.Run(() => trial.TryAsync(token => trial.First.RevokeAsync(filter, revocation, token).AsTask(), cancellation.Token), CancellationToken.None);
            while (!revoking.IsCompleted && await CountAsync().ConfigureAwait(false) == 0)
            {
                await CaseRun.LetOthersRunAsync().ConfigureAwait(false);
            }

            await cancellation.CancelAsync().ConfigureAwait(false);

            // A list is no snapshot: one that met the only step half-way is followed by one that finds all of them revoked.
            var begun = await CountAsync().ConfigureAwait(false);
            var done = await CountAsync().ConfigureAwait(false);
            var outcome = await revoking.ConfigureAwait(false);
            CaseRun.Require(
                begun == 0 || done >= Families / 4 || outcome is OperationCanceledException,
                $"{done} of {Families} families were revoked after the token was cancelled, and the revocation went on with the others");
            await trial.RevokeAsync(trial.First, filter, delete: true).ConfigureAwait(false);
        }
    }

    private static async Task WorksOnAsync(TokenStoreTrial trial)
    {
        var family = trial.Rows.NewFamily();
        await trial.AddAsync(family).ConfigureAwait(false);
        for (var round = 0; round < Math.Max(1, trial.Options.Rounds / 4); round++)
        {
            await CaseRun.RaceAsync(trial.Options.Callers, async caller =>
            {
                var there = trial.Rows.NewFamily();
                var calls = new Calls(there, trial.Rows.Rotate(there), trial.Rows.NewFamily("bob"));
                var (method, store) = (Methods[caller % Methods.Length], trial.At(caller / Methods.Length));
                await trial.TryCancelledAsync(1 + (caller % 5), token => method.Call(store, calls, token)).ConfigureAwait(false);
            }).ConfigureAwait(false);
        }

        var last = trial.Rows.NewFamily("carol", age: TimeSpan.FromDays(2));
        await trial.AddAsync(last).ConfigureAwait(false);
        var rotated = trial.Rows.Rotate(last);
        CaseRun.Require(await trial.SwapAsync(trial.Second, rotated).ConfigureAwait(false), "a swap from the stored version was refused");
        await trial.RequireStoredAsync("after many cancelled calls", rotated).ConfigureAwait(false);
        var count = await trial.RevokeAsync(trial.First, TokenFamilyFilter.ForUser("carol")).ConfigureAwait(false);
        CaseRun.Require(count == 1, $"a revocation of one family counts {count}");
        await trial.Second.PruneAsync(SampleRows.Now.AddDays(1), 1000, trial.CancellationToken).ConfigureAwait(false);
        await trial.RequireGoneAsync("after pruning", last).ConfigureAwait(false);
    }

    /// <summary>What the calls are about: a row that is there, its successor, and a row that is not.</summary>
    private sealed record Calls(TokenFamily There, TokenFamily Next, TokenFamily New);
}
