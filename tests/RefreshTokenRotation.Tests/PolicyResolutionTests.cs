using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests;

/// <summary>Which policy holds, and that no policy out of bounds ever does.</summary>
[TestFixture]
internal sealed class PolicyResolutionTests
{
    private static readonly RotationPolicy Invalid = new() { ActiveCap = 0 };

    [TestCase("narrow", "api", 4)]
    [TestCase("narrow", "other", 3)]
    [TestCase("other", "api", 2)]
    [TestCase("other", "other", 1)]
    [TestCase("stored", "api", 5)]
    [TestCase("NARROW", "API", 1)]
    public async Task Store_goes_before_client_and_resource_then_client_then_resource_then_default(string client, string resource, int cap)
    {
        await using var provider = Create(options =>
        {
            options.DefaultPolicy = Capped(1);
            options.ResourcePolicies["api"] = Capped(2);
            options.ClientPolicies["narrow"] = Capped(3);
            options.ClientResourcePolicies[("narrow", "api")] = Capped(4);
        });
        await provider.GetRequiredService<IRotationPolicyManager>().SetAsync("stored", Capped(5));
        var resolver = provider.GetRequiredService<IRotationPolicyResolver>();

        var policy = await resolver.ResolveAsync(new RotationPolicyContext(client, string.Empty, ["none", resource]), CancellationToken.None);

        policy.ActiveCap.Should().Be(cap);
    }

    [TestCase("c", "https://api.example/", 3)]
    [TestCase("c", "HTTPS://API.example:443", 3)]
    [TestCase("other", "https://api.example/", 2)]
    [TestCase("other", "https://Api.Example", 2)]
    [TestCase("other", "https://api.example/path", 1)]
    [TestCase("C", "https://api.example", 2)]
    public async Task Resource_of_a_policy_is_compared_as_an_address(string client, string resource, int cap)
    {
        await using var provider = Create(options =>
        {
            options.DefaultPolicy = Capped(1);
            options.ResourcePolicies["https://api.example"] = Capped(2);
            options.ClientResourcePolicies[("c", "https://api.example")] = Capped(3);
        });

        var policy = await provider.GetRequiredService<IRotationPolicyResolver>()
            .ResolveAsync(new RotationPolicyContext(client, string.Empty, [resource]), CancellationToken.None);

        policy.ActiveCap.Should().Be(cap);
    }

    [Test]
    public async Task Manager_sets_by_tenant_and_client_and_removes_again()
    {
        await using var provider = Create(options => options.DefaultPolicy = Capped(1));
        var policies = provider.GetRequiredService<IRotationPolicyManager>();

        await policies.SetAsync("c", Capped(2), "t");
        (await policies.GetAsync("c", "t")).ActiveCap.Should().Be(2);
        (await policies.GetAsync("c")).ActiveCap.Should().Be(1);
        (await policies.GetAsync("C", "t")).ActiveCap.Should().Be(1);

        await policies.RemoveAsync("c", "t");
        (await policies.GetAsync("c", "t")).ActiveCap.Should().Be(1);
    }

    [Test]
    public async Task Manager_writes_only_over_the_version_that_was_read()
    {
        await using var provider = Create(options => options.ClientPolicies["c"] = Capped(1));
        var policies = provider.GetRequiredService<IRotationPolicyManager>();
        var none = await policies.ReadAsync("c", "t");
        none.Should().Be(new VersionedRotationPolicy(Capped(1), null));

        (await policies.TrySetAsync("c", Capped(2), none.Version, "t")).Should().BeTrue();
        (await policies.TrySetAsync("c", Capped(3), none.Version, "t")).Should().BeFalse();
        (await policies.TryRemoveAsync("c", none.Version, "t")).Should().BeFalse();
        var second = await policies.ReadAsync("c", "t");
        second.Policy.ActiveCap.Should().Be(2);
        await policies.SetAsync("c", Capped(4), "t");
        (await policies.TryRemoveAsync("c", second.Version, "t")).Should().BeFalse();
        (await policies.TryRemoveAsync("c", (await policies.ReadAsync("c", "t")).Version, "t")).Should().BeTrue();
        (await policies.ReadAsync("c", "t")).Should().Be(none);
        (await policies.TrySetAsync("c", Capped(5), second.Version, "t")).Should().BeFalse();
        await FluentActions.Awaiting(() => policies.TrySetAsync("c", Invalid, none.Version, "t").AsTask()).Should().ThrowAsync<ArgumentException>();
    }

    [Test]
    public async Task Overwriting_gives_up_where_every_write_meets_a_conflict()
    {
        var services = new ServiceCollection();
        services.AddRefreshTokenRotation();
        services.AddSingleton<IRotationPolicyStore>(new SlowPolicyStore { MeetsConflicts = true });
        await using var provider = services.BuildServiceProvider();
        var policies = provider.GetRequiredService<IRotationPolicyManager>();

        var set = async () => await policies.SetAsync("c", Capped(2));

        (await set.Should().ThrowAsync<RefreshTokenUnavailableException>()).WithMessage("Other callers kept changing the policy; try again.");
    }

    [Test]
    public async Task Manager_refuses_a_policy_out_of_bounds_and_keeps_the_former()
    {
        await using var provider = Create();
        var policies = provider.GetRequiredService<IRotationPolicyManager>();
        await policies.SetAsync("c", Capped(2));

        var set = async () => await policies.SetAsync("c", Invalid);
        var setNull = async () => await policies.SetAsync("c", null!);

        (await set.Should().ThrowAsync<ArgumentException>()).WithMessage("The policy of the client 'c': ActiveCap (0) must be between 1 and 1000000.*");
        await setNull.Should().ThrowAsync<ArgumentNullException>();
        (await policies.GetAsync("c")).ActiveCap.Should().Be(2);
    }

    [Test]
    public async Task Manager_tells_what_is_wrong_as_data()
    {
        await using var provider = Create();
        var policy = RotationPolicy.Strict with { Leeway = TimeSpan.FromDays(16), ReuseResponse = 0 };

        var set = async () => await provider.GetRequiredService<IRotationPolicyManager>().SetAsync("c", policy);

        var violations = (await set.Should().ThrowAsync<RotationPolicyException>()).Which.Violations;
        violations.Select(violation => (violation.Setting, violation.Value)).Should().Equal(
            (nameof(policy.ReuseResponse), (ReuseResponse)0), (nameof(policy.Leeway), policy.Leeway), (nameof(policy.Leeway), policy.Leeway));
        violations[2].Bound.GetArguments().Should().Equal(nameof(policy.IdleLifetime), TimeSpan.FromDays(15));
        violations[2].ToString(CultureInfo.InvariantCulture).Should().Be("Leeway (16.00:00:00) must be shorter than IdleLifetime (15.00:00:00)");
    }

    [TestCase("", "")]
    [TestCase("a\n", "")]
    [TestCase("c", "t\n")]
    public async Task Manager_refuses_bad_names(string client, string tenant)
    {
        await using var provider = Create();
        var policies = provider.GetRequiredService<IRotationPolicyManager>();
        Func<Task>[] calls =
        [
            async () => await policies.GetAsync(client, tenant),
            async () => await policies.SetAsync(client, RotationPolicy.Spa, tenant),
            async () => await policies.RemoveAsync(client, tenant),
            async () => await policies.ReadAsync(client, tenant),
            async () => await policies.TrySetAsync(client, RotationPolicy.Spa, null, tenant),
            async () => await policies.TryRemoveAsync(client, null, tenant),
        ];

        foreach (var call in calls)
        {
            await call.Should().ThrowAsync<ArgumentException>();
        }
    }

    [Test]
    public async Task Resolver_of_the_host_that_answers_nothing_is_named_in_a_clear_error()
    {
        var store = new InterceptingStore();
        using var engine = new Engine(store: store) { Policy = null! };

        var issue = () => engine.IssueAsync(client: "spa");

        (await issue.Should().ThrowAsync<RefreshTokenUnavailableException>()).WithMessage("*Resolver returned no policy for the client 'spa'.");
        store.Calls.Should().BeEmpty();
    }

    [Test]
    public async Task Resolver_of_the_host_that_answers_out_of_bounds_is_an_error_and_consumes_nothing()
    {
        using var engine = new Engine();
        var issued = await engine.IssueAsync();

        engine.Policy = Invalid;
        var exchange = () => engine.ExchangeAsync(issued.RefreshToken);
        (await exchange.Should().ThrowAsync<RefreshTokenUnavailableException>()).WithMessage("The policy of the client 'spa': ActiveCap (0) must be between 1 and 1000000.");

        engine.Policy = RotationPolicy.Strict;
        (await engine.SucceedAsync(issued.RefreshToken)).Outcome.Should().Be(ExchangeOutcome.Rotated);
    }

    private static RotationPolicy Capped(int cap) => new() { ActiveCap = cap };

    private static ServiceProvider Create(Action<RefreshTokenRotationOptions>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddRefreshTokenRotation(configure ?? (_ => { }));
        return services.BuildServiceProvider();
    }
}
