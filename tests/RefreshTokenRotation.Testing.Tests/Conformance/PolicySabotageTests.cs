using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using RefreshTokenRotation.Testing.Conformance;

namespace RefreshTokenRotation.Testing.Tests.Conformance;

[TestFixture]
internal sealed class PolicySabotageTests
{
    private static readonly Wrong[] All =
    [
        Sets("loses the recovery window", ["policy.every-field", "policy.presets", "policy.replace"], policy => policy with { RecoveryWindow = default }),
        Sets("loses scopes", ["policy.every-field"], policy => policy with { MultiResource = [.. policy.MultiResource.Select(entry => entry with { Scopes = [] })] }),
        Sets("rounds to seconds", ["policy.every-field"], policy => policy with { Leeway = TimeSpan.FromSeconds(Math.Floor(policy.Leeway.TotalSeconds)) }),
        Sets("takes no idle lifetime for zero", ["policy.presets"], policy => policy with { IdleLifetime = policy.IdleLifetime ?? TimeSpan.Zero }),
        new("answers a default where there is none", ["policy.missing", "policy.remove", "policy.second-instance"], inner => new BrokenPolicyStore(inner)
        {
            Find = async (client, tenant, token) => await inner.FindAsync(client, tenant, token) ?? new RotationPolicy(),
        }),
        new("keeps the first policy", ["policy.replace"], inner => new BrokenPolicyStore(inner)
        {
            Set = async (client, tenant, policy, token) =>
            {
                if (policy is null || await inner.FindAsync(client, tenant, token) is null)
                {
                    await inner.SetAsync(client, tenant, policy, token);
                }
            },
        }),
        new("removes nothing", ["policy.remove"], inner => new BrokenPolicyStore(inner)
        {
            Set = (client, tenant, policy, token) => policy is null ? Task.CompletedTask : inner.SetAsync(client, tenant, policy, token).AsTask(),
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
        new("writes in two steps", ["policy.parallel-sets"], inner => new BrokenPolicyStore(inner)
        {
            Set = async (client, tenant, policy, token) =>
            {
                await Task.Yield();
                var before = await inner.FindAsync(client, tenant, token);
                await inner.SetAsync(client, tenant, before is null ? policy : policy! with { ActiveCap = before.ActiveCap }, token);
            },
        }),
        new("forgets at a crash", ["policy.crash"], inner => inner) { AfterCrash = new InMemoryRotationPolicyStore() },
        new("ignores cancellation", ["policy.cancel-before-set"], inner => new BrokenPolicyStore(inner)
        {
            Set = (client, tenant, policy, _) => inner.SetAsync(client, tenant, policy, default).AsTask(),
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
        Set = (client, tenant, policy, token) => inner.SetAsync(client, tenant, policy is null ? null : change(policy), token).AsTask(),
    });

    private static Wrong Keys(string name, string[] cases, Func<string, string, (string Client, string Tenant)> change) => new(name, cases, inner => new BrokenPolicyStore(inner)
    {
        Find = (client, tenant, token) => inner.FindAsync(change(client, tenant).Client, change(client, tenant).Tenant, token).AsTask(),
        Set = (client, tenant, policy, token) => inner.SetAsync(change(client, tenant).Client, change(client, tenant).Tenant, policy, token).AsTask(),
    });

    internal sealed record Wrong(string Name, string[] Cases, Func<IRotationPolicyStore, IRotationPolicyStore> Break)
    {
        public IRotationPolicyStore? AfterCrash { get; init; }

        public Action<RefreshTokenRotationBuilder>? Register { get; init; }
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
