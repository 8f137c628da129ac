namespace RefreshTokenRotation.Testing.Conformance.Cases;

/// <summary>One row for a lookup key, and one for a family id.</summary>
internal static class UniquenessCases
{
    private const ConformanceGroup Group = ConformanceGroup.Uniqueness;

    public static IReadOnlyList<ConformanceCase<TokenStoreHarness>> All { get; } =
    [
        TokenCase.Core("unique.repeated-add", Group, "Adding a lookup key that is there already succeeds and changes nothing.", RepeatedAddAsync),
        TokenCase.Core("unique.repeat-evicts-nothing", Group, "A repeated add evicts nothing.", RepeatEvictsNothingAsync),
        TokenCase.Core("unique.parallel-repeats", Group, "All parallel adds of one lookup key succeed, and leave one row.", ParallelRepeatsAsync),
        TokenCase.Core("unique.repeats-beside-swaps", Group, "A repeated add succeeds while its family is exchanged, and undoes no exchange.", RepeatsBesideSwapsAsync),
        TokenCase.Optional("unique.family-id", Group, "The family id is unique too: an add of a taken one throws and changes nothing.", FamilyIdAsync),
    ];

    private static async Task RepeatedAddAsync(TokenStoreTrial trial)
    {
        var added = trial.Rows.NewFullFamily();
        var rotated = trial.Rows.Rotate(added);
        await trial.AddAsync(added, added).ConfigureAwait(false);
        await trial.RequireStoredAsync("after a repeated add", added).ConfigureAwait(false);
        CaseRun.Require(await trial.SwapAsync(trial.Second, rotated).ConfigureAwait(false), "a swap from the stored version was refused");
        await trial.AddAsync(added).ConfigureAwait(false);
        await trial.RequireStoredAsync("after a repeated add of a family that has rotated since", rotated).ConfigureAwait(false);
    }

    private static async Task RepeatEvictsNothingAsync(TokenStoreTrial trial)
    {
        var older = trial.Rows.NewFamily(age: TimeSpan.FromHours(1));
        var newer = trial.Rows.NewFamily();
        await trial.AddAsync(older, newer).ConfigureAwait(false);
        var evicted = await trial.First.AddAsync(newer, 1, SampleRows.Now, trial.CancellationToken).ConfigureAwait(false);
        CaseRun.Require(evicted.Count == 0, $"a repeated add reports {evicted.Count} evicted families");
        await trial.RequireStoredAsync("after a repeated add with a lower cap", older, newer).ConfigureAwait(false);
    }

    private static async Task ParallelRepeatsAsync(TokenStoreTrial trial)
    {
        for (var round = 0; round < trial.Options.Rounds; round++)
        {
            var user = trial.Rows.NewName("user");
            var family = trial.Rows.NewFamily(user);
            await CaseRun.RaceAsync(
                trial.Options.Callers,
                async caller => await trial.At(caller).AddAsync(family, 1, SampleRows.Now, trial.CancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
            var listed = await trial.ListAsync(TokenFamilyFilter.ForUser(user)).ConfigureAwait(false);
            CaseRun.Require(listed.Count == 1, $"{trial.Options.Callers} adds of one family left {listed.Count} rows");
            await trial.RequireStoredAsync("after parallel adds of one family", family).ConfigureAwait(false);
        }
    }

    private static async Task RepeatsBesideSwapsAsync(TokenStoreTrial trial)
    {
        var added = trial.Rows.NewFamily();
        await trial.AddAsync(added).ConfigureAwait(false);
        var current = added;
        await trial.MeetAsync(
            writers: 1,
            readers: 3,
            times: 20 * trial.Options.Rounds,
            async (_, swap) =>
            {
                var next = trial.Rows.Rotate(current);
                CaseRun.Require(await trial.SwapAsync(trial.At(swap), next).ConfigureAwait(false), "the only writer's swap was refused");
                current = next;
            },
            async caller =>
            {
                var evicted = await trial.At(caller).AddAsync(added, 1, SampleRows.Now, trial.CancellationToken).ConfigureAwait(false);
                CaseRun.Require(evicted.Count == 0, $"a repeated add reports {evicted.Count} evicted families");
            }).ConfigureAwait(false);
        await trial.RequireStoredAsync("after adds were repeated beside its exchanges", current).ConfigureAwait(false);
    }

    private static async Task FamilyIdAsync(TokenStoreTrial trial)
    {
        var first = trial.Rows.NewFamily(age: TimeSpan.FromHours(1));
        var same = trial.Rows.NewFamily() is var other ? other with { Grant = other.Grant with { FamilyId = first.Grant.FamilyId } } : other;
        await trial.AddAsync(first).ConfigureAwait(false);
        var outcome = await trial.TryAsync(token => trial.First.AddAsync(same, int.MaxValue, SampleRows.Now, token).AsTask()).ConfigureAwait(false);
        CaseRun.Require(outcome is not null, "a second family was added under an id that is taken");
        CaseRun.Require(await trial.FindAsync(same).ConfigureAwait(false) is null, "an add that was refused left its row");
        await trial.RequireStoredAsync("after an add under its id was refused", first).ConfigureAwait(false);
    }
}
