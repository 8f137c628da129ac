using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using RefreshTokenRotation.Testing.Conformance;
using RefreshTokenRotation.Testing.Conformance.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Testing.Tests.Conformance;

[TestFixture]
internal sealed class PolicySabotageTests
{
    private static readonly Wrong[] All =
    [
        Sets("loses the recovery window", ["policy.every-field", "policy.presets", "policy.replace"], policy => policy with { RecoveryWindow = default }),
        Sets("loses the generations of the leeway", ["policy.every-field", "policy.presets"], policy => policy with { LeewayGenerations = 1 }),
        Sets("loses scopes", ["policy.every-field"], policy => policy with { MultiResource = [.. policy.MultiResource.Select(entry => entry with { Scopes = [] })] }),
        Sets("rounds to seconds", ["policy.every-field"], policy => policy with { Leeway = TimeSpan.FromSeconds(Math.Floor(policy.Leeway.TotalSeconds)) }),
        Sets("takes no idle lifetime for zero", ["policy.presets"], policy => policy with { IdleLifetime = policy.IdleLifetime ?? TimeSpan.Zero }),
        new("answers a default where there is none", ["policy.missing", "policy.remove", "policy.second-instance"], inner => new BrokenPolicyStore(inner)
        {
            Find = async (client, tenant, token) => await inner.FindAsync(client, tenant, token) ?? new RotationPolicy(),
        }),
        new("keeps the first policy", ["policy.replace"], inner => new BrokenPolicyStore(inner)
        {
            TrySet = async (client, tenant, policy, version, token) =>
                (policy is not null && version is not null) || await inner.TrySetAsync(client, tenant, policy, version, token),
        }),
        new("removes nothing", ["policy.remove"], inner => new BrokenPolicyStore(inner)
        {
            TrySet = async (client, tenant, policy, version, token) => policy is null || await inner.TrySetAsync(client, tenant, policy, version, token),
        }),
        new("reads what it has kept", ["policy.read-is-fresh", "policy.conflict"], inner =>
        {
            var read = new System.Collections.Concurrent.ConcurrentDictionary<(string, string), VersionedRotationPolicy?>();
            return new BrokenPolicyStore(inner)
            {
                Read = async (client, tenant, token) => read.GetOrAdd((client, tenant), await inner.ReadAsync(client, tenant, token)),
                TrySet = async (client, tenant, policy, _, token) =>
                    await inner.TrySetAsync(client, tenant, policy, (await inner.ReadAsync(client, tenant, token))?.Version, token),
            };
        }),
        new("takes no notice of the version", ["policy.conflict", "policy.parallel-changes"], inner => new BrokenPolicyStore(inner)
        {
            TrySet = async (client, tenant, policy, _, token) =>
            {
                await CaseRun.LetOthersRunAsync();
                await inner.SetAsync(client, tenant, policy, token);
                return true;
            },
        }),
        new("takes no notice of the version of a removal", ["policy.conflict"], inner => new BrokenPolicyStore(inner)
        {
            TrySet = async (client, tenant, policy, version, token) => await inner.TrySetAsync(
                client, tenant, policy, policy is null ? (await inner.ReadAsync(client, tenant, token))?.Version : version, token),
        }),
        new("creates over what is there", ["policy.conflict"], inner => new BrokenPolicyStore(inner)
        {
            TrySet = async (client, tenant, policy, version, token) => await inner.TrySetAsync(
                client, tenant, policy, version ?? (await inner.ReadAsync(client, tenant, token))?.Version, token),
        }),
        new("counts versions from one again after a removal", ["policy.conflict"], _ => new RecountingPolicyStore()),
        new("compares first and writes afterwards", ["policy.parallel-changes"], inner => new BrokenPolicyStore(inner)
        {
            TrySet = async (client, tenant, policy, version, token) =>
            {
                if ((await inner.ReadAsync(client, tenant, token))?.Version != version)
                {
                    return false;
                }

                await CaseRun.LetOthersRunAsync();
                await inner.SetAsync(client, tenant, policy, token);
                return true;
            },
        }),
        Keys("ignores the tenant", ["policy.per-client"], (client, _) => (client, "")),
        Keys("joins tenant and client", ["policy.per-client"], (client, tenant) => (tenant + client, "")),
        Keys("folds case", ["policy.exact-keys"], (client, tenant) => (client.ToLowerInvariant(), tenant)),
        Keys("ignores spaces at the end", ["policy.exact-keys"], (client, tenant) => (client.TrimEnd(), tenant.TrimEnd())),
        new("keeps what it has read", ["policy.second-instance", "policy.replace"], inner =>
        {
            var read = new System.Collections.Concurrent.ConcurrentDictionary<(string, string), RotationPolicy?>();
            return new BrokenPolicyStore(inner)
            {
                Find = async (client, tenant, token) => read.GetOrAdd((client, tenant), await inner.FindAsync(client, tenant, token)),
            };
        }),
        new("keeps what a find was reading before its own set", ["policy.own-set"], KeepsWhatItWasReading),
        new("mixes two policies", ["policy.parallel-sets"], inner => new BrokenPolicyStore(inner)
        {
            TrySet = async (client, tenant, policy, version, token) =>
            {
                var before = await inner.FindAsync(client, tenant, token);
                return await inner.TrySetAsync(client, tenant, before is null ? policy : policy! with { ActiveCap = before.ActiveCap }, version, token);
            },
        }),
        new("forgets at a crash", ["policy.crash"], inner => inner) { AfterCrash = new InMemoryRotationPolicyStore() },
        new("ignores cancellation", ["policy.cancel-before-set"], inner => new BrokenPolicyStore(inner)
        {
            TrySet = (client, tenant, policy, version, _) => inner.TrySetAsync(client, tenant, policy, version, default).AsTask(),
        }),
        new("is registered as transient", ["policy.registration"], inner => inner)
        {
            Register = builder => builder.Services.Replace(ServiceDescriptor.Transient<IRotationPolicyStore, InMemoryRotationPolicyStore>()),
        },
    ];

    private static IEnumerable<TestCaseData> Pairs => All.SelectMany(wrong => wrong.Cases.Select(
        name => new TestCaseData(wrong, name).SetArgDisplayNames(wrong.Name, name)));

    [TestCaseSource(nameof(Pairs))]
    public async Task Case_fails_for_a_policy_store_that(Wrong wrong, string name)
    {
        await using var harness = new Harness(wrong);

        var result = await RotationPolicyStoreConformance.Get(name).RunAsync(harness);

        result.Should().BeOfType<ConformanceResult.Failed>();
    }

    [Test]
    public void Every_case_has_a_sabotage() => RotationPolicyStoreConformance.Cases
        .Select(conformanceCase => conformanceCase.Name).Except(All.SelectMany(wrong => wrong.Cases)).Should().BeEmpty();

    private static Wrong Sets(string name, string[] cases, Func<RotationPolicy, RotationPolicy> change) => new(name, cases, inner => new BrokenPolicyStore(inner)
    {
        TrySet = (client, tenant, policy, version, token) =>
            inner.TrySetAsync(client, tenant, policy is null ? null : change(policy), version, token).AsTask(),
    });

    private static Wrong Keys(string name, string[] cases, Func<string, string, (string Client, string Tenant)> change) => new(name, cases, inner => new BrokenPolicyStore(inner)
    {
        Find = (client, tenant, token) => inner.FindAsync(change(client, tenant).Client, change(client, tenant).Tenant, token).AsTask(),
        Read = (client, tenant, token) => inner.ReadAsync(change(client, tenant).Client, change(client, tenant).Tenant, token).AsTask(),
        TrySet = (client, tenant, policy, version, token) =>
            inner.TrySetAsync(change(client, tenant).Client, change(client, tenant).Tenant, policy, version, token).AsTask(),
    });

    /// <summary>The finds share a read that begins before the first set and ends after it.</summary>
    private static BrokenPolicyStore KeepsWhatItWasReading(IRotationPolicyStore inner)
    {
        var isRead = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isSet = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gate = new Lock();
        Task<RotationPolicy?>? reading = null;
        return new BrokenPolicyStore(inner)
        {
            Find = (client, tenant, token) =>
            {
                lock (gate)
                {
                    return reading ??= ReadAsync(client, tenant, token);
                }
            },
            TrySet = async (client, tenant, policy, version, token) =>
            {
                await isRead.Task;
                var isDone = await inner.TrySetAsync(client, tenant, policy, version, token);
                isSet.TrySetResult();
                return isDone;
            },
        };

        async Task<RotationPolicy?> ReadAsync(string client, string tenant, CancellationToken token)
        {
            var policy = await inner.FindAsync(client, tenant, token);
            isRead.SetResult();
            await isSet.Task;
            return policy;
        }
    }

    internal sealed record Wrong(string Name, string[] Cases, Func<IRotationPolicyStore, IRotationPolicyStore> Break)
    {
        public IRotationPolicyStore? AfterCrash { get; init; }

        public Action<RefreshTokenRotationBuilder>? Register { get; init; }
    }

    /// <summary>Counts the versions of each policy, and forgets the count with it.</summary>
    private sealed class RecountingPolicyStore : IRotationPolicyStore
    {
        private readonly Dictionary<(string, string), (RotationPolicy Policy, int Version)> _rows = [];

        public async ValueTask<RotationPolicy?> FindAsync(string clientId, string tenantId, CancellationToken cancellationToken) =>
            (await ReadAsync(clientId, tenantId, cancellationToken))?.Policy;

        public ValueTask<VersionedRotationPolicy?> ReadAsync(string clientId, string tenantId, CancellationToken cancellationToken)
        {
            lock (_rows)
            {
                return new(_rows.TryGetValue((tenantId, clientId), out var row) ? new VersionedRotationPolicy(row.Policy, $"{row.Version}") : null);
            }
        }

        public ValueTask<bool> TrySetAsync(
            string clientId, string tenantId, RotationPolicy? policy, string? version, CancellationToken cancellationToken)
        {
            lock (_rows)
            {
                var known = _rows.GetValueOrDefault((tenantId, clientId)).Version;
                if ((known == 0 ? null : $"{known}") != version)
                {
                    return new(false);
                }

                if (policy is null)
                {
                    _rows.Remove((tenantId, clientId));
                }
                else
                {
                    _rows[(tenantId, clientId)] = (policy, known + 1);
                }

                return new(true);
            }
        }
    }

    private sealed class Harness(Wrong wrong) : RotationPolicyStoreHarness
    {
        private IRotationPolicyStore? _store;

        public override ValueTask<IRotationPolicyStore> OpenAsync(CancellationToken cancellationToken) =>
            new(_store = wrong.Break(new InMemoryRotationPolicyStore()));

        public override ValueTask<IRotationPolicyStore> OpenSecondAsync(CancellationToken cancellationToken) => new(_store!);

        public override ValueTask<IRotationPolicyStore> CrashAsync(CancellationToken cancellationToken) => new(wrong.AfterCrash ?? _store!);

        public override void Configure(RefreshTokenRotationBuilder builder) => wrong.Register?.Invoke(builder);
    }
}
