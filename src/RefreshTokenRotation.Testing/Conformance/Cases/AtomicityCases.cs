namespace RefreshTokenRotation.Testing.Conformance.Cases;

/// <summary>All or nothing.</summary>
internal static class AtomicityCases
{
    private const ConformanceGroup Group = ConformanceGroup.Atomicity;

    private const int LateReads = 200;

    public static IReadOnlyList<ConformanceCase<TokenStoreHarness>> All { get; } =
    [
        TokenCase.Core("atomic.whole-rows", Group, "Every method is atomic: nobody sees a half-written row.", WholeRowsAsync),
        TokenCase.Optional("atomic.refused-add", Group, "Adding and evicting are one step: an add that throws because its family id is taken evicts nothing.", RefusedAddAsync),
        TokenCase.Core("atomic.cancelled-add", Group, "Adding and evicting are one step: a cancelled add does both or neither.", CancelledAddAsync),
        TokenCase.Core("atomic.cancelled-swap", Group, "Every method is atomic: a cancelled swap writes the whole row or nothing, and returns true only if it wrote.", CancelledSwapAsync),
        TokenCase.Core("atomic.cancelled-revocation", Group, "A revocation may work in steps, each of which leaves every family whole. A cancelled one returns normally only if no matching family is left.", CancelledRevocationAsync),
        CrashCase.Create(),
    ];

    private static async Task WholeRowsAsync(TokenStoreTrial trial)
    {
        var plain = trial.Rows.NewFamily("alice");
        var full = trial.Rows.NewFullFamily() with { Grant = plain.Grant };
        TokenFamily At(long version) => (version % 2 == 0 ? full : plain) with { Version = version };

        await trial.AddAsync(At(1)).ConfigureAwait(false);
        await trial.MeetAsync(
            writers: 1,
            readers: 3,
            times: 20 * trial.Options.Rounds,
            async (_, swap) => CaseRun.Require(await trial.SwapAsync(trial.At(swap), At(swap + 2)).ConfigureAwait(false), "the only writer's swap was refused"),
            async caller =>
            {
                var found = await trial.At(caller).FindAsync(plain.Grant.LookupKey, trial.CancellationToken).ConfigureAwait(false);
                RowComparison.Require(At(found?.Version ?? 0), found, "while one writer changes every field");
                var listed = await trial.ListAsync(TokenFamilyFilter.ForUser("alice"), store: trial.At(caller)).ConfigureAwait(false);
                CaseRun.Require(listed.Count == 1, $"one row is there, and {listed.Count} are listed");
                RowComparison.Require(At(listed[0].Version), listed[0], "in a list, while one writer changes every field");
            }).ConfigureAwait(false);
    }

    private static async Task RefusedAddAsync(TokenStoreTrial trial)
    {
        var first = trial.Rows.NewFamily("bob");
        var victim = trial.Rows.NewFamily(age: TimeSpan.FromHours(1));
        var refused = trial.Rows.NewFamily() is var row ? row with { Grant = row.Grant with { FamilyId = first.Grant.FamilyId } } : row;
        await trial.AddAsync(first, victim).ConfigureAwait(false);
        var outcome = await trial.TryAsync(token => trial.First.AddAsync(refused, 1, SampleRows.Now, token).AsTask()).ConfigureAwait(false);
        CaseRun.Require(outcome is not null, "a second family was added under an id that is taken");
        await trial.RequireStoredAsync("after an add under its id was refused", first).ConfigureAwait(false);
        await trial.RequireStoredAsync("after a refused add that would have evicted it", victim).ConfigureAwait(false);
        CaseRun.Require(await trial.FindAsync(refused).ConfigureAwait(false) is null, "an add that was refused left its row");
    }

    private static async Task CancelledAddAsync(TokenStoreTrial trial)
    {
        for (var round = 0; round < 3 * trial.Options.Rounds; round++)
        {
            var user = trial.Rows.NewName("user");
            var added = trial.Rows.NewFamily(user);
            await trial.AddAsync(trial.Rows.NewFamily(user, age: TimeSpan.FromHours(1))).ConfigureAwait(false);
            var outcome = await trial.TryCancelledAsync(round % 8, token => trial.At(round).AddAsync(added, 1, SampleRows.Now, token).AsTask()).ConfigureAwait(false);

            // A write may land late, and a list is no snapshot of it: what counts is where it ends.
            var left = await trial.ListAsync(TokenFamilyFilter.ForUser(user)).ConfigureAwait(false);
            for (var i = 0; left.Count != 1 && i < LateReads; i++)
            {
                await CaseRun.LetOthersRunAsync().ConfigureAwait(false);
                left = await trial.ListAsync(TokenFamilyFilter.ForUser(user)).ConfigureAwait(false);
            }

            CaseRun.Require(left.Count == 1, $"an add with cap 1 was cancelled, and {left.Count} families are there");
            CaseRun.Require(outcome is not null || left[0].Grant.FamilyId == added.Grant.FamilyId, "an add succeeded though its token was cancelled, and wrote nothing");
        }
    }

    private static async Task CancelledSwapAsync(TokenStoreTrial trial)
    {
        var family = trial.Rows.NewFullFamily();
        await trial.AddAsync(family).ConfigureAwait(false);
        for (var round = 0; round < 3 * trial.Options.Rounds; round++)
        {
            var next = trial.Rows.Rotate(family);
            var swapped = false;
            var outcome = await trial.TryCancelledAsync(round % 8, async token =>
                swapped = await trial.At(round).CompareAndSwapAsync(next, family.Version, token).ConfigureAwait(false)).ConfigureAwait(false);
            var found = await trial.FindAsync(family).ConfigureAwait(false);
            CaseRun.Require(outcome is not null || swapped, "a swap from the stored version returned false when its token was cancelled");
            if (found?.Version == next.Version)
            {
                family = next;
            }

            CaseRun.Require(!swapped || family == next, "a swap returned true when its token was cancelled, and wrote nothing");
            RowComparison.Require(family, found, "after a cancelled swap");
        }
    }

    private static async Task CancelledRevocationAsync(TokenStoreTrial trial)
    {
        const int Families = 6;
        for (var round = 0; round < 3 * trial.Options.Rounds; round++)
        {
            var user = trial.Rows.NewName("user");
            var families = Enumerable.Range(0, Families).Select(_ => trial.Rows.NewFamily(user) with { Salt = trial.Rows.NewOpaque() }).ToList();
            await trial.AddAsync(families).ConfigureAwait(false);
            var outcome = await trial.TryCancelledAsync(round % 8, token => trial.At(round).RevokeAsync(
                TokenFamilyFilter.ForUser(user),
                new FamilyRevocation(SampleRows.Now, RevocationReason.User, SampleRows.Now, Delete: false),
                token).AsTask()).ConfigureAwait(false);
            var revoked = 0;
            foreach (var family in families)
            {
                var found = await trial.FindAsync(family).ConfigureAwait(false);
                var isRevoked = found?.RevokedAt is not null;
                RowComparison.Require(isRevoked ? family.Revoke(SampleRows.Now, RevocationReason.User) : family, found, "after a cancelled revocation");
                revoked += isRevoked ? 1 : 0;
            }

            CaseRun.Require(outcome is not null || revoked == Families, $"a cancelled revocation of {Families} families said that it succeeded, and {revoked} are revoked");
        }
    }
}
