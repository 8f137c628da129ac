using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.PostgreSql.Internal;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.PostgreSql.Tests;

[Parallelizable(ParallelScope.All)]
public sealed class PolicyStoreTests
{
    private static readonly RotationPolicy Full = new()
    {
        RotationType = RotationType.NonRotating,
        ExpirationType = ExpirationType.NonExpiring,
        AbsoluteLifetime = new TimeSpan(1, 2, 3, 4) + TimeSpan.FromTicks(5),
        IdleLifetime = TimeSpan.FromHours(6),
        InfiniteAbsoluteLifetime = true,
        InfiniteIdleLifetime = true,
        Leeway = TimeSpan.FromSeconds(10),
        RecoveryWindow = TimeSpan.FromDays(1),
        ShadowMode = true,
        ActiveCap = 7,
        ReuseResponse = ReuseResponse.UserAndClient,
        MultiResource = [new ResourceScopes { Resource = "https://api \u20ac", Scopes = ["a", "b"] }, new ResourceScopes { Resource = "r" }],
    };

    [Test]
    public async Task Policy_with_every_field_set_is_found_by_another_node()
    {
        await using var schema = await TestSchema.CreateAsync();
        await Store(schema).SetAsync("t", "spa", Full, CancellationToken.None);

        (await Store(schema).FindAsync("t", "spa", CancellationToken.None)).Should().BeEquivalentTo(Full);
        (await Store(schema).FindAsync("T", "spa", CancellationToken.None)).Should().BeNull();
        (await Store(schema).FindAsync("t", "Spa", CancellationToken.None)).Should().BeNull();
    }

    [TestCase(ReuseResponse.Family)]
    [TestCase(ReuseResponse.User)]
    public void Policy_of_each_response_and_of_the_defaults_comes_back(ReuseResponse response)
    {
        var policy = new RotationPolicy { ReuseResponse = response };

        PolicyJson.Read(PolicyJson.Write(policy)).Should().BeEquivalentTo(policy);
    }

    /// <summary>What databases hold. A change of this text needs a new version of the form that reads the old one too.</summary>
    [Test]
    public void Policy_form_is_frozen()
    {
        const string Golden =
            """
            {"v":1,"rotation_type":"non-rotating","expiration_type":"non-expiring","absolute_lifetime":"1.02:03:04.0000005","idle_lifetime":"06:00:00","infinite_absolute_lifetime":true,"infinite_idle_lifetime":true,"leeway":"00:00:10","recovery_window":"1.00:00:00","shadow_mode":true,"active_cap":7,"reuse_response":"user_and_client","multi_resource":[{"resource":"https://api \u20AC","scopes":["a","b"]},{"resource":"r","scopes":[]}]}
            """;

        PolicyJson.Write(Full).Should().Be(Golden);
        PolicyJson.Read(Golden).Should().BeEquivalentTo(Full);
    }

    [TestCase("\"v\":1", "\"v\":2", "*version 2*reads 1*")]
    [TestCase("\"user_and_client\"", "\"planet\"", "*'planet' as reuse_response*")]
    public void Policy_that_this_version_does_not_know_is_not_guessed_at(string known, string unknown, string message)
    {
        var stored = PolicyJson.Write(Full).Replace(known, unknown, StringComparison.Ordinal);

        FluentActions.Invoking(() => PolicyJson.Read(stored)).Should().Throw<NotSupportedException>().WithMessage(message);
    }

    [Test]
    public async Task Policy_is_cached_for_the_stated_time_and_own_changes_hold_at_once()
    {
        await using var schema = await TestSchema.CreateAsync();
        var time = new FakeTime();
        var one = Store(schema, time);
        var other = Store(schema, time);
        (await one.FindAsync(string.Empty, "spa", CancellationToken.None)).Should().BeNull();
        (await other.FindAsync(string.Empty, "spa", CancellationToken.None)).Should().BeNull();

        await one.SetAsync(string.Empty, "spa", RotationPolicy.Spa, CancellationToken.None);

        (await one.FindAsync(string.Empty, "spa", CancellationToken.None))!.Leeway.Should().Be(RotationPolicy.Spa.Leeway);
        time.Advance(TimeSpan.FromSeconds(5) - TimeSpan.FromTicks(1));
        (await other.FindAsync(string.Empty, "spa", CancellationToken.None)).Should().BeNull();
        time.Advance(TimeSpan.FromTicks(1));
        (await other.FindAsync(string.Empty, "spa", CancellationToken.None))!.Leeway.Should().Be(RotationPolicy.Spa.Leeway);

        await other.SetAsync(string.Empty, "spa", null, CancellationToken.None);

        (await other.FindAsync(string.Empty, "spa", CancellationToken.None)).Should().BeNull();
    }

    [Test]
    public async Task Policy_in_the_cache_is_answered_at_once_and_without_the_database()
    {
        await using var schema = await TestSchema.CreateAsync();
        var store = Store(schema, new FakeTime());
        await store.FindAsync(string.Empty, "spa", CancellationToken.None);
        await schema.ExecuteAsync($"DROP TABLE {schema.Table}_policies");

        store.FindAsync(string.Empty, "spa", CancellationToken.None).AsTask().IsCompletedSuccessfully.Should().BeTrue();
    }

    [Test]
    public async Task Policy_read_in_parallel_with_own_changes_is_the_last_one_afterwards()
    {
        await using var schema = await TestSchema.CreateAsync();
        var store = Store(schema, new FakeTime());
        for (var round = 1; round <= 100; round++)
        {
            var reads = Enumerable.Range(0, 4).Select(_ => Task.Run(() => store.FindAsync(string.Empty, "spa", CancellationToken.None).AsTask()));
            var write = Task.Run(() => store.SetAsync(string.Empty, "spa", new RotationPolicy { ActiveCap = round }, CancellationToken.None).AsTask());
            await Task.WhenAll([write, .. reads]);

            (await store.FindAsync(string.Empty, "spa", CancellationToken.None))!.ActiveCap.Should().Be(round);
        }
    }

    private static IRotationPolicyStore Store(TestSchema schema, TimeProvider? time = null) =>
        schema.Node(time: time).GetRequiredService<IRotationPolicyStore>();
}
