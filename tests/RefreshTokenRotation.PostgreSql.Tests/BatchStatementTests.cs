using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RefreshTokenRotation.PostgreSql.Internal;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.PostgreSql.Tests;

/// <summary>What the server sees of calls that go together: one statement, which looks at each row again under its lock.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class BatchStatementTests
{
    private const int Odd = 12;

    /// <summary>If the statement for several failed, each call would have its answer from the single one. That is the authority on unknown keys, and on nothing else.</summary>
    [Test]
    public async Task Calls_that_go_together_are_answered_by_their_statement_and_unknown_keys_by_the_single_one([Values] bool find, [Values] bool isUnknown)
    {
        await using var schema = await TestSchema.CreateAsync();
        using var log = new LogCapture();
        await using var source = new NpgsqlDataSourceBuilder($"{TestServer.ConnectionString};Maximum Pool Size={BatchTests.Calls}").UseLoggerFactory(log).Build();
        var time = new FakeTime();
        var services = new ServiceCollection().AddSingleton<TimeProvider>(time);
        services.AddRefreshTokenRotation().UsePostgreSql(source, options => (options.SchemaName, options.CommandTimeout) = (schema.Name, Eventually.Patience));
        var store = schema.Keep(services.BuildServiceProvider()).GetRequiredService<ITokenStore>();
        var families = await BatchTests.AddAsync(store);
        families[Odd] = isUnknown ? Families.Create() : families[Odd];
        await using var gate = await TableGate.CloseAsync(schema);
        log.Collector.Clear();
        var calls = families.Select(async family => find ? await store.FindAsync(family) is not null : await store.SwapAsync(Families.Rotated(family))).ToArray();
        await BatchTests.GatherAsync(gate, time);
        await gate.OpenAsync();

        (await Task.WhenAll(calls)).Should().Equal(families.Select((_, i) => !isUnknown || i != Odd));
        log.Entries.Should().NotContain(entry => entry.Exception != null);
        log.Entries.Count(entry => entry.Message.StartsWith("Command execution completed", StringComparison.Ordinal))
            .Should().Be(BatchTests.Statements + (isUnknown ? 1 : 0));
    }

    [Test]
    public async Task Row_that_another_node_replaces_after_the_statement_has_begun_is_left_alone()
    {
        await using var schema = await TestSchema.CreateAsync();

        // One row after the other: the server may not take all of them before it changes the first.
        var (store, time) = BatchTests.Store(schema, "Options=-c enable_hashjoin=off -c enable_mergejoin=off -c enable_material=off -c enable_seqscan=off");
        var families = await BatchTests.AddAsync(store);
        await schema.ExecuteAsync($"""
            CREATE TABLE {schema.Name}.gate ();
            CREATE FUNCTION {schema.Name}.wait() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                LOCK TABLE {schema.Name}.gate IN ACCESS SHARE MODE;
                RETURN NEW;
            END $$;
            CREATE TRIGGER wait BEFORE UPDATE ON {schema.Table} FOR EACH ROW
                WHEN (NEW.family_id = '{families[Odd - 1].Grant.FamilyId}') EXECUTE FUNCTION {schema.Name}.wait();
            """);
        var rival = Families.Rotated(families[Odd]);
        Task<bool>[] swaps;
        await using (var gate = await TableGate.CloseAsync(schema, $"LOCK TABLE {schema.Name}.gate"))
        {
            swaps = [.. families.Select(family => store.SwapAsync(Families.Rotated(family)).AsTask())];
            await BatchTests.GatherAsync(gate, time);
            await gate.OpenAsync();

            // The statement has come to the row before.
            await gate.WaitForAsync(1);
            (await schema.Store().SwapAsync(rival)).Should().BeTrue();
        }

        (await Task.WhenAll(swaps)).Should().Equal(Enumerable.Range(0, BatchTests.Calls).Select(i => i != Odd));
        (await store.FindAsync(rival))!.SecretHash.Should().Be(rival.SecretHash);
    }

    /// <summary>A driver that lost its patience within the commit does not know how it ends.</summary>
    [Test]
    public async Task Commit_that_takes_longer_than_a_command_may_leaves_each_swap_in_doubt()
    {
        await using var schema = await TestSchema.CreateAsync();
        var families = await BatchTests.AddAsync(schema.Store());
        await schema.ExecuteAsync($"""
            CREATE TABLE {schema.Name}.gate ();
            CREATE FUNCTION {schema.Name}.wait() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                LOCK TABLE {schema.Name}.gate IN ACCESS SHARE MODE;
                RETURN NULL;
            END $$;
            CREATE CONSTRAINT TRIGGER wait AFTER UPDATE ON {schema.Table} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {schema.Name}.wait();
            """);
        var time = new FakeTime();
        var node = schema.Node(null, time, $"{TestServer.ConnectionString};Maximum Pool Size={BatchTests.Calls}", static options => options.CommandTimeout = TimeSpan.FromSeconds(1));
        var store = node.GetRequiredService<ITokenStore>();
        await using var gate = await TableGate.CloseAsync(schema, $"LOCK TABLE {schema.Name}.gate");
        await gate.OpenAsync();

        var swaps = families.Select(family => store.SwapAsync(Families.Rotated(family)).AsTask()).ToArray();
        time.Advance(2 * SwapQueue.Patience);

        foreach (var swap in swaps)
        {
            await FluentActions.Awaiting(() => swap.WaitAsync(Eventually.Patience)).Should().ThrowAsync<NpgsqlException>();
        }
    }

    /// <summary>Its columns are as those of the calls that went alone, whose rows get the same.</summary>
    [Test]
    public async Task Statement_that_is_used_again_writes_what_the_single_one_does()
    {
        await using var schema = await TestSchema.CreateAsync();
        var (store, time) = BatchTests.Store(schema);
        var families = await BatchTests.AddAsync(store);
        foreach (var (size, days) in new[] { (1, 10), (400, 13), (0, 40), (20, 20) })
        {
            families = [.. families.Select(family => Families.Rotated(family) with
            {
                IdleExpiresAt = Families.Now.AddDays(days),
                LastDevice = new DeviceInfo { UserAgent = new string('u', size + 1) },
                Metadata = Enumerable.Range(0, size / 10).ToDictionary(n => $"{n}", n => new string('m', size)),
            })];
            await using var gate = await TableGate.CloseAsync(schema);
            var swaps = families.Select(family => store.SwapAsync(family).AsTask()).ToArray();
            time.Advance(2 * SwapQueue.Patience);
            await gate.OpenAsync();

            (await Task.WhenAll(swaps)).Should().OnlyContain(swapped => swapped);
            (await schema.ScalarAsync<long>($"SELECT count(DISTINCT (prune_bucket, metadata, last_user_agent)) FROM {schema.Table}")).Should().Be(1);
            (await store.FindAsync(families[Odd])).Should().BeEquivalentTo(families[Odd]);
        }
    }
}
