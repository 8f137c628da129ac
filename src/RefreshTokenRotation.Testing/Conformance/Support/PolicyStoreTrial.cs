namespace RefreshTokenRotation.Testing.Conformance.Support;

/// <summary>What a case works with: an empty policy store, and a second instance over its data.</summary>
internal sealed class PolicyStoreTrial
{
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

    public async Task SetAsync(string clientId, string tenantId, RotationPolicy? policy) =>
        await First.SetAsync(clientId, tenantId, policy, CancellationToken).ConfigureAwait(false);

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
