namespace RefreshTokenRotation.Testing.Conformance.Support;

/// <summary>What a case works with: an empty policy store, and a second instance over its data.</summary>
internal sealed class PolicyStoreTrial
{
    private const int MaxTries = 1_000;

    private readonly CaseRun _run;

    private PolicyStoreTrial(RotationPolicyStoreHarness harness, CaseRun run, IRotationPolicyStore first, IRotationPolicyStore second)
    {
        _run = run;
        Harness = harness;
        First = new RecordingPolicyStore(first, run.History, "node 1");
        Second = new RecordingPolicyStore(second, run.History, "node 2");
    }

    public RotationPolicyStoreHarness Harness { get; }

    public IRotationPolicyStore First { get; }

    public IRotationPolicyStore Second { get; }

    public ConformanceOptions Options => _run.Options;

    public CancellationToken CancellationToken => _run.CancellationToken;

    public static async Task<PolicyStoreTrial> OpenAsync(RotationPolicyStoreHarness harness, CaseRun run)
    {
        var first = await harness.OpenAsync(run.CancellationToken).ConfigureAwait(false);
        var second = await harness.OpenSecondAsync(run.CancellationToken).ConfigureAwait(false);
        return new PolicyStoreTrial(harness, run, first, second);
    }

    public async Task<IRotationPolicyStore> CrashAsync() =>
        new RecordingPolicyStore(await Harness.CrashAsync(CancellationToken).ConfigureAwait(false), _run.History, "after the crash");

    public Task SetAsync(string clientId, string tenantId, RotationPolicy? policy) => ChangeAsync(First, clientId, tenantId, _ => policy);

    /// <summary>Reads, changes and writes, again after each conflict.</summary>
    public async Task ChangeAsync(IRotationPolicyStore store, string clientId, string tenantId, Func<RotationPolicy?, RotationPolicy?> change)
    {
        for (var tries = 0; tries < MaxTries; tries++)
        {
            var known = await store.ReadAsync(clientId, tenantId, CancellationToken).ConfigureAwait(false);
            if (await store.TrySetAsync(clientId, tenantId, change(known?.Policy), known?.Version, CancellationToken).ConfigureAwait(false))
            {
                return;
            }
        }

        CaseRun.Require(false, $"a write with the version that was just read met a conflict {MaxTries} times");
    }

    /// <summary>Demands that both instances read this policy for a change, at once.</summary>
    public async Task RequireReadAsync(string clientId, string tenantId, RotationPolicy? expected, string after)
    {
        foreach (var store in new[] { First, Second })
        {
            var stored = await store.ReadAsync(clientId, tenantId, CancellationToken).ConfigureAwait(false);
            PolicyComparison.Require(expected, stored?.Policy, $"{after}, read at once");
        }
    }

    /// <summary>Demands that both instances hold this policy once the stated time has passed.</summary>
    public async Task RequireAsync(string clientId, string tenantId, RotationPolicy? expected, string after)
    {
        await Harness.PassStalenessAsync(CancellationToken).ConfigureAwait(false);
        foreach (var store in new[] { First, Second })
        {
            PolicyComparison.Require(expected, await store.FindAsync(clientId, tenantId, CancellationToken).ConfigureAwait(false), after);
        }
    }
}
