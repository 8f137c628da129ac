using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Storage;

/// <summary>Set-based revocations and deletions while exchanges go on.</summary>
[TestFixture]
internal sealed class RevocationRaceTests
{
    private static readonly DateTimeOffset T = FakeTime.Start;

    [Test]
    public async Task Family_that_was_there_is_revoked_when_the_call_returns_though_it_was_rotated_meanwhile([Values] bool delete)
    {
        for (var round = 0; round < 60; round++)
        {
            var store = new InMemoryTokenStore();
            var families = Enumerable.Range(0, 20).Select(_ => Rows.New(session: "s")).ToArray();
            await store.AddAllAsync(families);
            using var start = new Barrier(4);
            using var stop = new CancellationTokenSource();

            var rotations = Threads.RunAsync(3, async i =>
            {
                var random = new Random((round * 3) + i);
                var won = 0;
                start.SignalAndWait();
                while (!stop.IsCancellationRequested)
                {
                    var row = await store.FindAsync(families[random.Next(families.Length)]);
                    won += row is { RevokedAt: null } && await store.SwapAsync(row.Rotated(T.AddSeconds(1))) ? 1 : 0;
                }

                return won;
            });
            start.SignalAndWait();
            var count = await store.RevokeAsync(TokenFamilyFilter.ForSession("s"), delete);
            var after = await store.ListAsync(TokenFamilyFilter.ForSession("s"));
            await stop.CancelAsync();
            await rotations;

            count.Should().Be(20);
            after.Should().HaveCount(delete ? 0 : 20);
            after.All(row => row.RevokedAt == T && row.Salt is null).Should().BeTrue();
            (await store.ListAsync(TokenFamilyFilter.ForSession("s"))).Should().Equal(after, "nothing rises again");
            IndexChecks.ShouldAgree(store);
        }
    }

    [Test]
    public async Task Parallel_revocations_count_each_family_once_between_them([Values] bool delete)
    {
        var store = new InMemoryTokenStore();
        await store.AddAllAsync([.. Enumerable.Range(0, 2000).Select(i => Rows.New("alice", "spa", session: $"s{i % 3}"))]);
        TokenFamilyFilter[] filters =
            [TokenFamilyFilter.ForUser("alice"), TokenFamilyFilter.ForClient("spa"), TokenFamilyFilter.ForTenant(string.Empty), TokenFamilyFilter.ForSession("s1")];
        using var start = new Barrier(filters.Length);

        var counts = await Threads.RunAsync(filters.Length, i =>
        {
            start.SignalAndWait();
            return store.RevokeAsync(filters[i], delete);
        });

        counts.Sum().Should().Be(2000);
        IndexChecks.ShouldAgree(store);
    }

    [Test]
    public async Task Engine_leaves_no_survivor_when_a_user_is_revoked_among_exchanges([Values] bool delete)
    {
        for (var round = 0; round < 25; round++)
        {
            using var engine = new Engine(RotationPolicy.Spa);
            var tokens = new RefreshToken[6];
            for (var i = 0; i < tokens.Length; i++)
            {
                tokens[i] = (await engine.IssueAsync()).RefreshToken;
            }

            using var start = new Barrier(tokens.Length + 1);
            var exchanges = Threads.RunAsync(tokens.Length, async i =>
            {
                start.SignalAndWait();
                while (await engine.ExchangeAsync(tokens[i]) is ExchangeResult.Succeeded succeeded)
                {
                    tokens[i] = succeeded.RefreshToken;
                }
            });
            start.SignalAndWait();
            _ = delete
                ? await engine.Families.DeleteAsync(TokenFamilyFilter.ForUser(Engine.User))
                : await engine.Families.RevokeAsync(TokenFamilyFilter.ForUser(Engine.User));
            await exchanges;

            var left = (await engine.Families.ListAsync(new TokenFamilyFilter())).Families;
            left.Should().HaveCount(delete ? 0 : 6);
            left.All(family => family.RevocationReason == RevocationReason.Administrator).Should().BeTrue();
            foreach (var token in tokens)
            {
                (await engine.FailAsync(token)).Should().Be(delete ? RejectionReason.Unknown : RejectionReason.Revoked);
            }
        }
    }
}
