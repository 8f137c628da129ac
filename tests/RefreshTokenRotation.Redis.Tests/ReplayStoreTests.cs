using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Redis.Tests.Support;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Redis.Tests;

/// <summary>Used proofs and assertions, from several nodes.</summary>
[TestFixture(false)]
[TestFixture(true)]
internal sealed class ReplayStoreTests(bool cluster)
{
    [Test]
    public Task Key_works_once_over_all_nodes_until_it_expires() => RunAsync(ReplayStoreCases.Key_works_once_over_all_nodes_until_it_expiresAsync);

    [Test]
    public Task Question_stores_nothing() => RunAsync(ReplayStoreCases.Question_stores_nothingAsync);

    [Test]
    public Task Parallel_uses_of_one_key_succeed_once() => RunAsync(ReplayStoreCases.Parallel_uses_of_one_key_succeed_onceAsync);

    [Test]
    public async Task Used_key_is_kept_by_the_server_for_ten_minutes_beyond_its_end()
    {
        await using var space = await TestSpace.CreateAsync(cluster);
        var key = new ReplayKey(ReplayPurpose.DPoPProof, "owner", new string('a', 43));
        await space.Node().GetRequiredService<IReplayStore>().TryAddAsync(key, DateTimeOffset.UtcNow.AddMinutes(1), CancellationToken.None);

        var left = await space.Site.Connections[0].GetDatabase().KeyTimeToLiveAsync($"{space.Prefix}:r:{key.Value}");

        left.Should().BeCloseTo(TimeSpan.FromMinutes(11), TimeSpan.FromMinutes(5));
    }

    private async Task RunAsync(Func<Func<IReplayStore>, FakeTime, Task> run)
    {
        await using var space = await TestSpace.CreateAsync(cluster);
        var time = new FakeTime();
        await run(() => space.Node(time: time).GetRequiredService<IReplayStore>(), time);
    }
}
