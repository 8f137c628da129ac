using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Redis.Internal;
using RefreshTokenRotation.Redis.Tests.Support;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Redis.Tests;

/// <summary>What is the store's own, beside the kit.</summary>
[TestFixture(false)]
[TestFixture(true)]
internal sealed class TokenStoreTests(bool cluster)
{
    private const int Many = 1_000;
    private const int Few = 200;

    [Test]
    public async Task Families_that_are_deleted_evicted_or_pruned_leave_no_key()
    {
        await using var space = await TestSpace.CreateAsync(cluster);
        var store = space.Store();
        TokenFamily[] families =
        [
            .. Enumerable.Range(0, 6).Select(i => Families.Create(
                $"user{i}", grant: grant => grant with { SessionId = $"session{i}", AuthorizationId = $"code{i}" }) with { AbsoluteExpiresAt = Families.Now.AddDays(i + 1) }),
        ];
        foreach (var family in families)
        {
            await store.AddAsync(family);
        }

        (await space.KeysAsync()).Should().HaveCountGreaterThan(6 * 6);
        var evicting = Families.Create("user0");
        (await store.AddAsync(evicting, cap: 1)).Should().ContainSingle();
        (await store.RevokeAsync(TokenFamilyFilter.ForUser("user0"), delete: true)).Should().Be(1);
        (await store.PruneAsync(Families.Now.AddDays(3.5), 100, CancellationToken.None)).Should().Be(2);
        (await store.RevokeAsync(TokenFamilyFilter.ForClient("spa"), delete: true)).Should().Be(3);

        (await space.KeysAsync()).Should().BeEmpty();
    }

    /// <summary>A log-in whose first try had no response is repeated, while another evicts that first try: whatever is listed can be found.</summary>
    [Test]
    public async Task Add_that_is_repeated_while_its_first_try_is_evicted_leaves_no_family_that_can_not_be_found()
    {
        await using var space = await TestSpace.CreateAsync(cluster);
        var (one, other) = (space.Store(), space.Store());
        for (var round = 0; round < Few; round++)
        {
            var user = $"user{round}";
            var family = Families.Create(user);
            await one.AddAsync(family, cap: 1);

            await Task.WhenAll(other.AddAsync(Families.Create(user), cap: 1).AsTask(), one.AddAsync(family, cap: 1).AsTask(), one.AddAsync(family, cap: 1).AsTask());

            foreach (var listed in await one.ListAsync(new(TokenFamilyFilter.ForUser(user), null, 10, Families.Now), CancellationToken.None))
            {
                (await one.FindAsync(listed)).Should().NotBeNull("round {0}", round);
            }
        }
    }

    [Test]
    public async Task Family_that_has_ended_is_recognized_until_it_is_pruned_and_nothing_of_it_expires_by_itself()
    {
        await using var space = await TestSpace.CreateAsync(cluster);
        var time = new FakeTime();
        var node = space.Node(RotationPolicy.Strict, time);
        var engine = node.GetRequiredService<IRefreshTokenService>();
        var token = (await engine.IssueAsync(new IssueRequest { Subject = "alice", ClientId = "spa" })).RefreshToken;
        var present = async () => (await engine.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = "spa" })).Should().BeOfType<ExchangeResult.Rejected>().Subject.Reason;
        (await node.GetRequiredService<ITokenFamilyManager>().RevokeAsync(TokenFamilyFilter.ForUser("alice"), RevocationReason.User)).Should().Be(1);
        var database = space.Site.Connections[0].GetDatabase();
        foreach (var key in await space.KeysAsync())
        {
            (await database.KeyTimeToLiveAsync(space.Prefix + key)).Should().BeNull(key);
        }

        time.Advance(TimeSpan.FromDays(400));
        (await present()).Should().Be(RejectionReason.Revoked);
        (await node.GetRequiredService<ITokenStore>().PruneAsync(time.GetUtcNow().AddDays(-399), 10, CancellationToken.None)).Should().Be(1);
        (await present()).Should().Be(RejectionReason.Unknown);
    }

    [Test]
    public async Task Scripts_that_the_server_has_forgotten_are_sent_again()
    {
        await using var space = await TestSpace.CreateAsync(cluster);
        var engine = space.Node(RotationPolicy.Strict).GetRequiredService<IRefreshTokenService>();
        var token = (await engine.IssueAsync(new IssueRequest { Subject = "alice", ClientId = "spa" })).RefreshToken;
        for (var generation = 1; generation <= 3; generation++)
        {
            foreach (var server in space.Site.Servers)
            {
                await server.CliAsync("script", "flush");
            }

            var result = await engine.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = "spa" });
            token = result.Should().BeOfType<ExchangeResult.Succeeded>().Subject.RefreshToken;
        }
    }

    [Test]
    public async Task Many_families_are_ended_in_batches_and_a_call_that_is_out_of_time_is_completed_by_the_next()
    {
        await using var space = await TestSpace.CreateAsync(cluster);
        var store = space.Node(time: new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromSeconds(1) }, configure: options => options.RevocationTimeout = TimeSpan.FromSeconds(2)).GetRequiredService<ITokenStore>();
        await Task.WhenAll(Enumerable.Range(0, Many).Select(i => store.AddAsync(Families.Create($"user{i}", age: TimeSpan.FromTicks(i))).AsTask()));
        var revoke = () => store.RevokeAsync(TokenFamilyFilter.ForClient("spa")).AsTask();

        var message = (await revoke.Should().ThrowAsync<TimeoutException>()).Which.Message;

        message.Should().Contain("400 families are done; repeat the call to do the rest");
        (await CountAsync(FamilyState.Revoked)).Should().Be(400);
        (await space.Store().RevokeAsync(TokenFamilyFilter.ForClient("spa"))).Should().Be(Many - 400);
        (await space.Store().PruneAsync(Families.Now.AddDays(1), Many + 1, CancellationToken.None)).Should().Be(Many);
        (await space.KeysAsync()).Should().BeEmpty();

        async Task<int> CountAsync(FamilyState state) => (await space.Store().ListAsync(
            new TokenFamilyQuery(new TokenFamilyFilter { ClientId = "spa", State = state }, null, Many, Families.Now), CancellationToken.None)).Count;
    }

    [Test]
    public async Task Family_takes_two_kilobytes_and_a_rotation_adds_none()
    {
        await using var space = await TestSpace.CreateAsync(cluster);
        var store = space.Store();
        var before = await MemoryAsync();
        var families = Enumerable.Range(0, Few).Select(i => Families.Create($"user{i}") with { AbsoluteExpiresAt = Families.Now.AddDays(30) }).ToArray();
        await Task.WhenAll(families.Select(family => store.AddAsync(family).AsTask()));
        var added = await MemoryAsync();
        for (var rotation = 0; rotation < 5; rotation++)
        {
            families = [.. families.Select(family => Families.Rotated(family))];
            (await Task.WhenAll(families.Select(family => store.SwapAsync(family).AsTask()))).Should().OnlyContain(swapped => swapped);
        }

        var rotated = await MemoryAsync();
        await TestContext.Progress.WriteLineAsync($"cluster: {cluster}; bytes per family: {(added - before) / Few} added, {(rotated - before) / Few} after five rotations");
        ((added - before) / Few).Should().BeInRange(500, 2600);
        (rotated - before).Should().BeLessThan((added - before) * 5 / 4, "a rotation rewrites the row in place");

        async Task<long> MemoryAsync()
        {
            var sum = 0L;
            foreach (var key in await space.KeysAsync())
            {
                sum += (long)await space.Site.Connections[0].GetDatabase().ExecuteAsync("MEMORY", "USAGE", (StackExchange.Redis.RedisKey)(space.Prefix + key), "SAMPLES", 0);
            }

            return sum;
        }
    }

    [Test]
    public void Users_are_spread_over_all_buckets()
    {
        var sizes = Enumerable.Range(0, 128_000).CountBy(i => KeyNames.BucketOf("tenant", $"user{i}")).Select(bucket => bucket.Value).ToArray();

        sizes.Should().HaveCount(KeyNames.Buckets).And.OnlyContain(size => size > 750 && size < 1250);
        KeyNames.BucketOf("a", "bc").Should().NotBe(KeyNames.BucketOf("ab", "c"));
    }
}
