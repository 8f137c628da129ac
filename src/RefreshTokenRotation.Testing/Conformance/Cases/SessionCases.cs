using RefreshTokenRotation.Client;

namespace RefreshTokenRotation.Testing.Conformance.Cases;

/// <summary>The cases of a client's session store.</summary>
internal static class SessionCases
{
    private const int LargestData = 64 * 1024;

    private static readonly TokenSessionKey Key = SessionStoreTrial.Key;

    public static IReadOnlyList<ConformanceCase<TokenSessionStoreHarness>> All { get; } =
    [
        Create("session.every-byte", ConformanceGroup.RoundTrip, "A record comes back with its version and every byte, up to 64 KiB.", EveryByteAsync),
        Create("session.exact-keys", ConformanceGroup.Uniqueness, "A session belongs to one client and id, which compare ordinally.", ExactKeysAsync),
        Create("session.create-once", ConformanceGroup.CompareAndSwap, "A write that expects no record returns false if there is one, and writes nothing.", CreateOnceAsync),
        Create("session.other-version", ConformanceGroup.CompareAndSwap, "A write that expects a version other than the stored one, or any version if there is no record, returns false and writes nothing.", OtherVersionAsync),
        Create("session.delete", ConformanceGroup.CompareAndSwap, "A deletion deletes only the expected version, and no earlier session comes back after it.", DeleteAsync),
        Create("session.one-winner", ConformanceGroup.CompareAndSwap, "Of any number of parallel writes that expect one version, exactly one returns true, and its record is stored.", OneWinnerAsync),
        Create("session.write-or-delete", ConformanceGroup.CompareAndSwap, "Of a write and a deletion that expect one version, exactly one returns true.", WriteOrDeleteAsync),
        Create("session.second-instance", ConformanceGroup.RoundTrip, "A load sees every write and deletion that returned before it began, whichever process made it.", SecondInstanceAsync),
        Create("session.whole-records", ConformanceGroup.Atomicity, "A load never sees a half-written record.", WholeRecordsAsync),
        Create("session.lock-excludes", ConformanceGroup.Atomicity, "The lock of a session has one holder at a time, on all nodes.", LockExcludesAsync),
        Create("session.lock-holder-works", ConformanceGroup.Atomicity, "While a lock is held, its holder and others can call the other members.", LockHolderWorksAsync),
        Create("session.lock-cancelled", ConformanceGroup.Cancellation, "A cancelled wait for a lock throws OperationCanceledException and leaves the lock usable.", LockCancelledAsync),
        Create("session.crash", ConformanceGroup.Atomicity, "A record is durable when its write returns, and the death of a process releases its locks.", CrashAsync),
    ];

    private static ConformanceCase<TokenSessionStoreHarness> Create(string name, ConformanceGroup group, string clause, Func<SessionStoreTrial, Task> check) =>
        new(name, group, isCore: true, clause, async (harness, run) =>
            await check(await SessionStoreTrial.OpenAsync(harness, run).ConfigureAwait(false)).ConfigureAwait(false));

    private static async Task EveryByteAsync(SessionStoreTrial trial)
    {
        Guid? version = null;
        foreach (var size in new[] { 1, 256, LargestData })
        {
            var record = SessionStoreTrial.Record([.. Enumerable.Range(0, size).Select(static i => (byte)i)]);
            await trial.WriteAsync(Key, version, record, $"with {size} bytes").ConfigureAwait(false);
            await trial.RequireAsync(Key, record, $"with {size} bytes").ConfigureAwait(false);
            version = record.Version;
        }
    }

    private static async Task ExactKeysAsync(SessionStoreTrial trial)
    {
        (string Client, string Session)[] keys =
            [("ab", "c"), ("a", "bc"), ("c", "ab"), ("ab", "C"), ("AB", "c"), ("ab", "c "), ("ab", "\u00e9"), ("ab", "e\u0301"), ("ab", "../c"), ("ab", "c:%_*'\u001f")];
        var records = keys.Select(static (_, i) => SessionStoreTrial.Record((byte)i)).ToList();
        for (var i = 0; i < keys.Length; i++)
        {
            await trial.WriteAsync(new(keys[i].Client, keys[i].Session), null, records[i], $"for {keys[i]}, among others").ConfigureAwait(false);
        }

        for (var i = 0; i < keys.Length; i++)
        {
            await trial.RequireAsync(new(keys[i].Client, keys[i].Session), records[i], $"for {keys[i]}, among others").ConfigureAwait(false);
        }
    }

    private static async Task CreateOnceAsync(SessionStoreTrial trial)
    {
        var record = SessionStoreTrial.Record(1);
        await trial.WriteAsync(Key, null, record, "in an empty store").ConfigureAwait(false);
        await trial.RequireRefusedAsync(Key, null, "though it expected none, and there is one").ConfigureAwait(false);
        await trial.RequireAsync(Key, record, "after a refused write").ConfigureAwait(false);
    }

    private static async Task OtherVersionAsync(SessionStoreTrial trial)
    {
        await trial.RequireRefusedAsync(Key, Guid.NewGuid(), "though it expected a version, and there is none").ConfigureAwait(false);
        await trial.RequireAsync(Key, null, "after a refused write").ConfigureAwait(false);
        var (first, second) = (SessionStoreTrial.Record(1), SessionStoreTrial.Record(2));
        await trial.WriteAsync(Key, null, first, "in an empty store").ConfigureAwait(false);
        await trial.WriteAsync(Key, first.Version, second, "over the first").ConfigureAwait(false);
        await trial.RequireRefusedAsync(Key, first.Version, "though it expected a former version").ConfigureAwait(false);
        await trial.RequireAsync(Key, second, "after a refused write").ConfigureAwait(false);
    }

    private static async Task DeleteAsync(SessionStoreTrial trial)
    {
        var (first, second) = (SessionStoreTrial.Record(1), SessionStoreTrial.Record(2));
        CaseRun.Require(!await trial.Second.DeleteIfUnchangedAsync(Key, first.Version, trial.CancellationToken).ConfigureAwait(false), "a deletion of nothing returned true");
        await trial.WriteAsync(Key, null, first, "in an empty store").ConfigureAwait(false);
        await trial.WriteAsync(Key, first.Version, second, "over the first").ConfigureAwait(false);
        CaseRun.Require(!await trial.Second.DeleteIfUnchangedAsync(Key, first.Version, trial.CancellationToken).ConfigureAwait(false), "a deletion of a former version returned true");
        await trial.RequireAsync(Key, second, "after a refused deletion").ConfigureAwait(false);
        CaseRun.Require(await trial.Second.DeleteIfUnchangedAsync(Key, second.Version, trial.CancellationToken).ConfigureAwait(false), "a deletion of the expected version returned false");
        await trial.RequireAsync(Key, null, "after a deletion").ConfigureAwait(false);
        await trial.RequireRefusedAsync(Key, second.Version, "though it expected what was deleted").ConfigureAwait(false);
    }

    private static async Task OneWinnerAsync(SessionStoreTrial trial)
    {
        Guid? version = null;
        for (var round = 0; round < trial.Options.Rounds; round++)
        {
            var records = Enumerable.Range(0, Math.Min(trial.Options.Callers, 16)).Select(static i => SessionStoreTrial.Record((byte)i)).ToList();
            var won = await CaseRun.RaceAsync(records.Count, async caller =>
                await trial.At(caller).CompareAndSwapAsync(Key, version, records[caller], trial.CancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
            var winners = won.Count(static isWinner => isWinner);
            CaseRun.Require(winners == 1, $"{winners} of {records.Count} parallel writes returned true");
            await trial.RequireAsync(Key, records[Array.IndexOf(won, true)], "after parallel writes").ConfigureAwait(false);
            version = records[Array.IndexOf(won, true)].Version;
        }
    }

    private static async Task WriteOrDeleteAsync(SessionStoreTrial trial)
    {
        Guid? version = null;
        for (var round = 0; round < trial.Options.Rounds; round++)
        {
            var (before, after) = (SessionStoreTrial.Record(1), SessionStoreTrial.Record(2));
            await trial.WriteAsync(Key, version, before, "before the race").ConfigureAwait(false);
            var won = await CaseRun.RaceAsync(8, async caller => caller % 2 == 0
                ? await trial.At(caller / 2).DeleteIfUnchangedAsync(Key, before.Version, trial.CancellationToken).ConfigureAwait(false)
                : await trial.At(caller / 2).CompareAndSwapAsync(Key, before.Version, after, trial.CancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
            CaseRun.Require(won.Count(static isWinner => isWinner) == 1, "a write and a deletion that expected one version both returned true, or neither");
            var isWritten = Array.IndexOf(won, true) % 2 == 1;
            await trial.RequireAsync(Key, isWritten ? after : null, "after the race").ConfigureAwait(false);
            version = isWritten ? after.Version : null;
        }
    }

    private static async Task SecondInstanceAsync(SessionStoreTrial trial)
    {
        Guid? version = null;
        for (var round = 0; round < trial.Options.Rounds; round++)
        {
            var record = SessionStoreTrial.Record((byte)round);
            var (writer, reader) = (trial.At(round), trial.At(round + 1));
            CaseRun.Require(
                await writer.CompareAndSwapAsync(Key, version, record, trial.CancellationToken).ConfigureAwait(false), "a write of what the other instance wrote returned false");
            await SessionStoreTrial.RequireAsync(reader, Key, record, "after a write by another instance", trial.CancellationToken).ConfigureAwait(false);
            version = record.Version;
            if (round % 3 == 2)
            {
                CaseRun.Require(
                    await writer.DeleteIfUnchangedAsync(Key, record.Version, trial.CancellationToken).ConfigureAwait(false), "a deletion of the expected version returned false");
                await SessionStoreTrial.RequireAsync(reader, Key, null, "after a deletion by another instance", trial.CancellationToken).ConfigureAwait(false);
                version = null;
            }
        }
    }

    private static async Task WholeRecordsAsync(SessionStoreTrial trial)
    {
        static TokenSessionRecord Filled(byte value) => new(new Guid([.. Enumerable.Repeat(value, 16)]), Enumerable.Repeat(value, 8 * 1024).ToArray());
        await trial.WriteAsync(Key, null, Filled(0), "in an empty store").ConfigureAwait(false);
        var writes = 0;
        await trial.MeetAsync(
            writers: 1,
            readers: 2,
            times: 4 * trial.Options.Rounds,
            async (_, _) => await trial.WriteAsync(Key, Filled((byte)writes).Version, Filled((byte)++writes), "among loads").ConfigureAwait(false),
            async caller =>
            {
                var found = await trial.At(caller).LoadAsync(Key, trial.CancellationToken).ConfigureAwait(false);
                CaseRun.Require(
                    found is not null && found.Data.Length == 8 * 1024 && found.Data.Span.IndexOfAnyExcept(found.Version.ToByteArray()[0]) < 0, "a load saw a record half written");
            }).ConfigureAwait(false);
        await trial.RequireAsync(Key, Filled((byte)writes), "after the writes").ConfigureAwait(false);
    }

    private static async Task LockExcludesAsync(SessionStoreTrial trial)
    {
        var first = await trial.First.LockAsync(Key, trial.CancellationToken).ConfigureAwait(false);
        var next = trial.Second.LockAsync(Key, trial.CancellationToken).AsTask();
        await trial.Second.LoadAsync(Key, trial.CancellationToken).ConfigureAwait(false);
        CaseRun.Require(!next.IsCompleted, "an instance got the lock that another one holds");
        await first.DisposeAsync().ConfigureAwait(false);
        await (await next.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);

        var (inside, most) = (0, 0);
        await CaseRun.RaceAsync(Math.Min(trial.Options.Callers, 32), async caller =>
        {
            var held = await trial.At(caller).LockAsync(Key, trial.CancellationToken).ConfigureAwait(false);
            await using var ownedLock = held.ConfigureAwait(false);
            most = Math.Max(most, Interlocked.Increment(ref inside));
            await trial.At(caller).LoadAsync(Key, trial.CancellationToken).ConfigureAwait(false);
            await CaseRun.LetOthersRunAsync().ConfigureAwait(false);
            Interlocked.Decrement(ref inside);
        }).ConfigureAwait(false);
        CaseRun.Require(most == 1, $"{most} callers held the lock at once");
    }

    private static async Task LockHolderWorksAsync(SessionStoreTrial trial)
    {
        var held = await trial.First.LockAsync(Key, trial.CancellationToken).ConfigureAwait(false);
        await using var ownedLock = held.ConfigureAwait(false);
        var (first, second) = (SessionStoreTrial.Record(1), SessionStoreTrial.Record(2));
        await trial.WriteAsync(Key, null, first, "under the lock").ConfigureAwait(false);
        await trial.RequireAsync(Key, first, "under the lock").ConfigureAwait(false);
        CaseRun.Require(
            await trial.Second.CompareAndSwapAsync(Key, first.Version, second, trial.CancellationToken).ConfigureAwait(false), "a write by another instance returned false under the lock");
        CaseRun.Require(
            await trial.First.DeleteIfUnchangedAsync(Key, second.Version, trial.CancellationToken).ConfigureAwait(false), "a deletion returned false under the lock");
    }

    private static async Task LockCancelledAsync(SessionStoreTrial trial)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(trial.CancellationToken);
        var held = await trial.First.LockAsync(Key, trial.CancellationToken).ConfigureAwait(false);
        await using (held.ConfigureAwait(false))
        {
            var waiting = trial.Second.LockAsync(Key, cancel.Token).AsTask();
            await cancel.CancelAsync().ConfigureAwait(false);
            CaseRun.Require(await CaseRun.IsCancelledAsync(() => waiting).ConfigureAwait(false), "a wait for a lock that another holds did not end by its cancellation");
        }

        await (await trial.Second.LockAsync(Key, trial.CancellationToken).ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        await (await trial.First.LockAsync(Key, trial.CancellationToken).ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
    }

    private static async Task CrashAsync(SessionStoreTrial trial)
    {
        var record = SessionStoreTrial.Record(1, 2, 3);
        await trial.WriteAsync(Key, null, record, "in an empty store").ConfigureAwait(false);
        _ = await trial.First.LockAsync(Key, trial.CancellationToken).ConfigureAwait(false); // its holder dies with it
        var after = await trial.CrashAsync().ConfigureAwait(false);
        await SessionStoreTrial.RequireAsync(after, Key, record, "after a crash", trial.CancellationToken).ConfigureAwait(false);
        await (await after.LockAsync(Key, trial.CancellationToken).ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
    }
}
