namespace RefreshTokenRotation.Testing.Conformance.Support;

internal sealed class PolicyStoreTrial(RotationPolicyStoreHarness harness, CaseRun run, IRotationPolicyStore first, IRotationPolicyStore second)
    : StoreTrial<RotationPolicyStoreHarness, IRotationPolicyStore>(
        harness, run, new RecordingPolicyStore(first, run.History, "node 1"), new RecordingPolicyStore(second, run.History, "node 2"))
{
    private const int MaxTries = 1_000;

    public static async Task<PolicyStoreTrial> OpenAsync(RotationPolicyStoreHarness harness, CaseRun run)
    {
        var first = await harness.OpenAsync(run.CancellationToken).ConfigureAwait(false);
        var second = await harness.OpenSecondAsync(run.CancellationToken).ConfigureAwait(false);
        return new PolicyStoreTrial(harness, run, first, second);
    }

    public async Task<IRotationPolicyStore> CrashAsync() =>
        new RecordingPolicyStore(await Harness.CrashAsync(CancellationToken).ConfigureAwait(false), History, "after the crash");

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

/// <summary>Writes every call of one node down.</summary>
internal sealed class RecordingPolicyStore(IRotationPolicyStore inner, CallHistory history, string node) : IRotationPolicyStore
{
    public ValueTask<RotationPolicy?> FindAsync(string clientId, string tenantId, CancellationToken cancellationToken) =>
        history.RecordAsync(node, $"find {tenantId}/{clientId}", () => inner.FindAsync(clientId, tenantId, cancellationToken), Describe);

    public ValueTask<VersionedRotationPolicy?> ReadAsync(string clientId, string tenantId, CancellationToken cancellationToken) => history.RecordAsync(
        node,
        $"read {tenantId}/{clientId}",
        () => inner.ReadAsync(clientId, tenantId, cancellationToken),
        static stored => $"{Describe(stored?.Policy)}, version {stored?.Version ?? "none"}");

    public ValueTask<bool> TrySetAsync(
        string clientId, string tenantId, RotationPolicy? policy, string? version, CancellationToken cancellationToken) => history.RecordAsync(
        node,
        $"set {tenantId}/{clientId} to {Describe(policy)} if the version is {version ?? "none"}",
        () => inner.TrySetAsync(clientId, tenantId, policy, version, cancellationToken),
        static isSet => isSet ? "done" : "conflict");

    private static string Describe(RotationPolicy? policy) => policy is null ? "nothing" : $"a policy with leeway {policy.Leeway}, cap {policy.ActiveCap}";
}
