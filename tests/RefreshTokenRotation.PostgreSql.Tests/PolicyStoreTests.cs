using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.PostgreSql.Tests;

[Parallelizable(ParallelScope.All)]
public sealed class PolicyStoreTests
{
    [Test]
    public async Task Policy_is_cached_for_the_stated_time_and_own_changes_hold_at_once()
    {
        await using var schema = await TestSchema.CreateAsync();
        var time = new FakeTime();
        var one = Store(schema, time);
        var other = Store(schema, time);
        (await one.FindAsync("spa", string.Empty, CancellationToken.None)).Should().BeNull();
        (await other.FindAsync("spa", string.Empty, CancellationToken.None)).Should().BeNull();

        await one.SetAsync("spa", string.Empty, RotationPolicy.Spa, CancellationToken.None);

        (await one.FindAsync("spa", string.Empty, CancellationToken.None))!.Leeway.Should().Be(RotationPolicy.Spa.Leeway);
        time.Advance(TimeSpan.FromSeconds(5) - TimeSpan.FromTicks(1));
        (await other.FindAsync("spa", string.Empty, CancellationToken.None)).Should().BeNull();
        time.Advance(TimeSpan.FromTicks(1));
        (await other.FindAsync("spa", string.Empty, CancellationToken.None))!.Leeway.Should().Be(RotationPolicy.Spa.Leeway);

        await other.SetAsync("spa", string.Empty, null, CancellationToken.None);

        (await other.FindAsync("spa", string.Empty, CancellationToken.None)).Should().BeNull();
    }

    [Test]
    public async Task Policy_in_the_cache_is_answered_at_once_and_without_the_database()
    {
        await using var schema = await TestSchema.CreateAsync();
        var store = Store(schema, new FakeTime());
        await store.FindAsync("spa", string.Empty, CancellationToken.None);
        await schema.ExecuteAsync($"DROP TABLE {schema.Table}_policies");

        store.FindAsync("spa", string.Empty, CancellationToken.None).AsTask().IsCompletedSuccessfully.Should().BeTrue();
    }

    private static IRotationPolicyStore Store(TestSchema schema, TimeProvider? time = null) =>
        schema.Node(time: time).GetRequiredService<IRotationPolicyStore>();
}
