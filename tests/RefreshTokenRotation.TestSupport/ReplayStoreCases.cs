using System.Buffers.Text;
using System.Security.Cryptography;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Tests.Support;

/// <summary>What every store of used proofs and assertions must do that several nodes share. A node is made by the function that is passed in.</summary>
internal static class ReplayStoreCases
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    public static async Task Key_works_once_over_all_nodes_until_it_expiresAsync(Func<IReplayStore> node, FakeTime time)
    {
        var (one, other, key) = (node(), node(), NewKey());

        (await AddAsync(one, key, time)).Should().BeTrue();
        (await AddAsync(one, key, time)).Should().BeFalse();
        (await AddAsync(other, key, time)).Should().BeFalse();
        (await AddAsync(other, NewKey(), time)).Should().BeTrue();
        time.Advance(Lifetime - TimeSpan.FromTicks(1));
        (await AddAsync(other, key, time)).Should().BeFalse();
        time.Advance(TimeSpan.FromTicks(1));
        (await AddAsync(other, key, time)).Should().BeTrue("it has expired");
        (await AddAsync(one, key, time)).Should().BeFalse("it was used again");
    }

    public static async Task Question_stores_nothingAsync(Func<IReplayStore> node, FakeTime time)
    {
        var (one, other, key) = (node(), node(), NewKey());

        (await one.ContainsAsync(key, CancellationToken.None)).Should().BeFalse();
        (await AddAsync(one, key, time)).Should().BeTrue();
        (await other.ContainsAsync(key, CancellationToken.None)).Should().BeTrue();
        time.Advance(Lifetime);
        (await other.ContainsAsync(key, CancellationToken.None)).Should().BeFalse();
    }

    public static async Task Parallel_uses_of_one_key_succeed_onceAsync(Func<IReplayStore> node, FakeTime time)
    {
        IReplayStore[] nodes = [node(), node()];
        foreach (var isExpired in (bool[])[false, true])
        {
            for (var round = 0; round < 20; round++)
            {
                var key = NewKey();
                if (isExpired)
                {
                    await AddAsync(nodes[0], key, time);
                    time.Advance(Lifetime);
                }

                using var start = new Barrier(8);
                var results = await Threads.RunAsync(8, i =>
                {
                    start.SignalAndWait();
                    return AddAsync(nodes[i % 2], key, time);
                });
                results.Count(added => added).Should().Be(1, "round {0}, expired before: {1}", round, isExpired);
            }
        }
    }

    /// <summary>Fills the store, lets time pass, and adds on: what has long expired goes, and nothing else.</summary>
    public static async Task Expired_keys_are_deleted_by_later_addsAsync(Func<IReplayStore> node, FakeTime time, Func<Task<long>> count)
    {
        var (store, kept) = (node(), NewKey());
        for (var i = 0; i < 100; i++)
        {
            await AddAsync(store, NewKey(), time);
        }

        await store.TryAddAsync(kept, time.GetUtcNow().AddHours(1), CancellationToken.None);
        time.Advance(Lifetime);
        await AddManyAsync();
        (await count()).Should().Be(201, "a node whose clock is behind still accepts what has just expired");

        time.Advance(TimeSpan.FromMinutes(20));
        await AddManyAsync();

        (await count()).Should().BeLessThanOrEqualTo(102);
        (await AddAsync(store, kept, time)).Should().BeFalse();

        async Task AddManyAsync()
        {
            for (var i = 0; i < 100; i++)
            {
                await AddAsync(store, NewKey(), time);
            }
        }
    }

    private static ReplayKey NewKey() => new(ReplayPurpose.DPoPProof, "owner", Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)));

    private static async Task<bool> AddAsync(IReplayStore store, ReplayKey key, FakeTime time) =>
        await store.TryAddAsync(key, time.GetUtcNow() + Lifetime, CancellationToken.None);
}
