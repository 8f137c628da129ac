namespace RefreshTokenRotation.Testing.Conformance.Support;

/// <summary>What a case works with: an empty store, and a second instance over its data.</summary>
internal abstract class StoreTrial<THarness, TStore>(THarness harness, CaseRun run, TStore first, TStore second)
    where THarness : ConformanceHarness
    where TStore : class
{
    public THarness Harness { get; } = harness;

    public TStore First { get; } = first;

    public TStore Second { get; } = second;

    public ConformanceOptions Options => run.Options;

    public CallHistory History => run.History;

    public CancellationToken CancellationToken => run.CancellationToken;

    /// <summary>The instance that a caller uses: callers take turns.</summary>
    public TStore At(int caller) => caller % 2 == 0 ? First : Second;

    /// <inheritdoc cref="CaseRun.MeetAsync"/>
    public Task MeetAsync(int writers, int readers, int times, Func<int, int, Task> write, Func<int, Task> read) => run.MeetAsync(writers, readers, times, write, read);
}
