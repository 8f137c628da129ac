using System.Security.Cryptography;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Testing.Conformance.Support;
using RefreshTokenRotation.Testing.Tests.Support;

namespace RefreshTokenRotation.Testing.Tests;

/// <summary>Nodes whose store calls are recorded, on a store that keeps its contract and on stores that don't.</summary>
[TestFixture]
internal sealed class TokenStoreHistoryTests
{
    private const string User = "alice";

    [Test]
    public async Task Correct_store_has_a_linearizable_history()
    {
        var history = new TokenStoreHistory();
        var store = new InMemoryTokenStore();
        var nodes = new[] { history.Record(store, "node 1"), history.Record(store, "node 2") };

        await WorkAsync(nodes);

        history.Count.Should().BeGreaterThan(100);
        history.Check().Should().BeEmpty();
    }

    [Test]
    public async Task Stale_read_is_an_anomaly_of_its_family()
    {
        var store = Stale();

        // snippet: history
        var history = new TokenStoreHistory();
        ITokenStore[] nodes = [history.Record(store, "node 1"), history.Record(store, "node 2")];

        await WorkAsync(nodes); // your load: engines over the recorded stores, and faults

        var anomalies = history.Check();
        TestContext.Out.WriteLine(string.Join('\n', anomalies));
        // end-snippet
        anomalies.Should().NotBeEmpty();
        anomalies[0].ToString().Should().Contain("saw version").And.Contain("node 1");
    }

    [Test]
    public async Task Calls_that_a_process_wrote_down_are_read_and_show_no_secret()
    {
        var store = Stale();
        using var first = new StringWriter();
        using var second = new StringWriter();
        await WorkAsync([TokenStoreHistory.Record(store, first), TokenStoreHistory.Record(store, second)]);

        var history = new TokenStoreHistory();
        history.Read(new StringReader(first.ToString()), "process 1");
        history.Read(new StringReader(second.ToString()), "process 2");

        history.Check().Should().NotBeEmpty();
        foreach (var row in store.History.Select(static call => call.Context.Family).OfType<TokenFamily>())
        {
            first.ToString().Should().NotContain(Convert.ToHexStringLower(row.SecretHash.ToArray())).And.NotContain(Convert.ToHexStringLower(row.Grant.LookupKey.ToArray()));
        }
    }

    [Test]
    public async Task Line_that_a_kill_cut_short_is_a_call_without_an_answer()
    {
        using var output = new StringWriter();
        var store = TokenStoreHistory.Record(new InMemoryTokenStore(), output);
        var row = New(User);
        await store.AddAsync(row, 10, Now, CancellationToken.None);
        await store.RevokeAsync(TokenFamilyFilter.ForUser(User), new FamilyRevocation(Now, RevocationReason.User, Now, false), CancellationToken.None);
        await store.FindAsync(row.Grant.LookupKey, CancellationToken.None);
        var text = output.ToString();

        foreach (var length in Enumerable.Range(0, text.Length))
        {
            var history = new TokenStoreHistory();
            history.Read(new StringReader(text[..length]), "killed");
            history.Check().Should().BeEmpty();
        }
    }

    [Test]
    public async Task Failed_call_may_have_happened_or_not()
    {
        var history = new TokenStoreHistory();
        var faulting = new FaultingTokenStore(new InMemoryTokenStore());
        var store = history.Record(faulting, "node");
        var row = New(User);
        await store.AddAsync(row, 10, Now, CancellationToken.None);
        foreach (var fault in new[] { StoreFault.ThrowBeforeWrite, StoreFault.ThrowAfterWrite, StoreFault.LandLate() })
        {
            faulting.OnNext(StoreCall.CompareAndSwap, fault);
            var current = (await store.FindAsync(row.Grant.LookupKey, CancellationToken.None))!;
            await FluentActions.Awaiting(() => store.CompareAndSwapAsync(current with { Version = current.Version + 1 }, current.Version, CancellationToken.None).AsTask())
                .Should().ThrowAsync<Exception>();
        }

        await store.FindAsync(row.Grant.LookupKey, CancellationToken.None);
        await faulting.LandLateWritesAsync();
        await store.FindAsync(row.Grant.LookupKey, CancellationToken.None);

        history.Check().Should().BeEmpty();
    }

    [Test]
    public async Task Conflict_that_wrote_is_an_anomaly()
    {
        var history = new TokenStoreHistory();
        var faulting = new FaultingTokenStore(new InMemoryTokenStore());
        var store = history.Record(faulting, "node");
        var row = New(User);
        await store.AddAsync(row, 10, Now, CancellationToken.None);
        faulting.OnNext(StoreCall.CompareAndSwap, StoreFault.ConflictAfterWrite);
        await store.CompareAndSwapAsync(row with { Version = 2 }, 1, CancellationToken.None);

        history.Check().Should().ContainSingle().Which.FamilyId.Should().Be(row.Grant.FamilyId);
    }

    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddYears(60);

    private static FaultingTokenStore Stale() => new(new InMemoryTokenStore())
    {
        Plan = static context => context.Call == StoreCall.Find && context.NumberOfCall % 7 == 0 ? StoreFault.StaleRead(1) : StoreFault.None,
    };

    private static Opaque256 Random() => new(RandomNumberGenerator.GetBytes(Opaque256.Size));

    private static TokenFamily New(string subject)
    {
        var row = Rows.Create(1, Now);
        return row with { SecretHash = Random(), Grant = row.Grant with { Subject = subject, FamilyId = Guid.NewGuid(), LookupKey = Random() } };
    }

    private static async Task WorkAsync(IReadOnlyList<ITokenStore> nodes)
    {
        var first = New(User);
        await nodes[0].AddAsync(first, 2, Now, CancellationToken.None);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async task =>
        {
            var random = new Random(task);
            for (var i = 0; i < 20; i++)
            {
                var node = nodes[random.Next(nodes.Count)];
                await CaseRun.LetOthersRunAsync();
                var row = await node.FindAsync(first.Grant.LookupKey, CancellationToken.None);
                if (row is not null)
                {
                    await node.CompareAndSwapAsync(row with { Version = row.Version + 1, SecretHash = Random() }, row.Version, CancellationToken.None);
                }

                if (i % 5 == 4)
                {
                    await node.AddAsync(New($"user {i}"), 2, Now, CancellationToken.None);
                    await node.ListAsync(new TokenFamilyQuery(TokenFamilyFilter.ForTenant(string.Empty), null, 1000, Now), CancellationToken.None);
                    await node.RevokeAsync(TokenFamilyFilter.ForUser($"user {i}"), new FamilyRevocation(Now, RevocationReason.User, Now, i == 9), CancellationToken.None);
                    await node.PruneAsync(Now.AddDays(1), 10, CancellationToken.None);
                }
            }
        }));
        await nodes[0].AddAsync(New(User), 1, Now, CancellationToken.None);
        (await nodes[1].FindAsync(first.Grant.LookupKey, CancellationToken.None)).Should().BeNull("it was evicted");
    }
}
