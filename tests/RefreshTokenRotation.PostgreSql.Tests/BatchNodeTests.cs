using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.PostgreSql.Internal;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.PostgreSql.Tests;

/// <summary>Statements for several calls, where connections are cut, where two nodes send them, and where they are off.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class BatchNodeTests
{
    [Test]
    public async Task Exchanges_whose_connections_are_cut_in_their_writes_look_the_outcome_up_and_succeed()
    {
        await using var schema = await TestSchema.CreateAsync();
        var time = new FakeTime();

        // More connections than the calls that go alone take, so that a batch has one too.
        var engine = schema.Node(RotationPolicy.Spa, time, $"{TestServer.ConnectionString};Maximum Pool Size={BatchTests.Calls}", static options =>
            options.CommandTimeout = Eventually.Patience).GetRequiredService<IRefreshTokenService>();
        var tokens = await Task.WhenAll(Enumerable.Range(0, BatchTests.Calls).Select(async user =>
            (await engine.IssueAsync(new IssueRequest { Subject = $"user{user}", ClientId = "spa" })).RefreshToken));
        for (var generation = 1; generation <= 3; generation++)
        {
            Task<ExchangeResult>[] exchanges;

            // Reads pass this gate, and writes don't.
            await using (var gate = await TableGate.CloseAsync(schema, mode: "SHARE"))
            {
                exchanges = [.. tokens.Select(token => engine.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = "spa" }).AsTask())];
                await Eventually.HoldsAsync(
                    async () =>
                    {
                        time.Advance(SwapQueue.Patience);
                        return await gate.CountAsync() >= 2 && await gate.CountBatchesAsync() > 0;
                    },
                    "several writes wait, one of them for several exchanges");
                await gate.CutAsync();
            }

            var results = await Task.WhenAll(exchanges);
            results.Should().AllBeOfType<ExchangeResult.Succeeded>().And.OnlyContain(result => ((ExchangeResult.Succeeded)result).Family.Generation == generation);
            tokens = [.. results.Select(result => ((ExchangeResult.Succeeded)result).RefreshToken)];
        }
    }

    [Test]
    public async Task Store_without_batches_sends_each_call_alone()
    {
        await using var schema = await TestSchema.CreateAsync();
        var store = schema.Node(null, null, $"{TestServer.ConnectionString};Maximum Pool Size={BatchTests.Calls}", static options =>
            (options.BatchExchanges, options.CommandTimeout) = (false, Eventually.Patience)).GetRequiredService<ITokenStore>();
        var families = await BatchTests.AddAsync(store);
        await using var gate = await TableGate.CloseAsync(schema);
        var swaps = families.Select(family => store.SwapAsync(Families.Rotated(family)).AsTask()).ToArray();
        await gate.WaitForAsync(BatchTests.Calls);
        await gate.OpenAsync();

        (await Task.WhenAll(swaps)).Should().OnlyContain(swapped => swapped);
    }

    [Test]
    public async Task Statements_of_two_nodes_over_the_same_rows_neither_deadlock_nor_fork()
    {
        await using var schema = await TestSchema.CreateAsync();
        ITokenStore[] nodes = [schema.Store(), schema.Store()];
        var families = await BatchTests.AddAsync(nodes[0]);
        var deadlocks = await DeadlocksAsync(schema);
        for (var round = 0; round < 20; round++)
        {
            // The nodes take the rows in opposite orders.
            var nexts = families.Select(family => nodes.Select(_ => Families.Rotated(family)).ToArray()).ToArray();
            var calls = await Task.WhenAll(nodes.Select((node, i) => Task.Run(async () =>
            {
                var won = new bool[BatchTests.Calls];
                await Task.WhenAll((i == 0 ? Enumerable.Range(0, BatchTests.Calls) : Enumerable.Range(0, BatchTests.Calls).Reverse())
                    .Select(async row => won[row] = await node.SwapAsync(nexts[row][i])).ToArray());
                return won;
            })));
            for (var row = 0; row < BatchTests.Calls; row++)
            {
                (calls[0][row] ^ calls[1][row]).Should().BeTrue("exactly one node replaces a row");
                families[row] = nexts[row][calls[0][row] ? 0 : 1];
            }
        }

        (await Task.WhenAll(families.Select(family => nodes[1].FindAsync(family).AsTask()))).Select(family => family!.SecretHash)
            .Should().Equal(families.Select(family => family.SecretHash));
        (await DeadlocksAsync(schema)).Should().Be(deadlocks);
    }

    private static Task<long> DeadlocksAsync(TestSchema schema) =>
        schema.ScalarAsync<long>("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()");
}
