using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RefreshTokenRotation.PostgreSql.Internal;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.PostgreSql.Tests;

/// <summary>Calls that wait go together in one statement, and each has the outcome that it would have had alone.</summary>
/// <remarks>A gate holds the first statements back. Of 16 calls six go alone, and ten together once they have lost their patience: the call at
/// <see cref="Odd"/> is one of these.</remarks>
[Parallelizable(ParallelScope.All)]
public sealed class BatchTests
{
    internal const int Calls = 16;
    private const int Alone = SwapQueue.Few;
    internal const int Statements = Alone + 1;
    private const int Odd = 12;

    [Test]
    public async Task Row_that_somebody_has_locked_holds_up_its_own_call_alone()
    {
        await using var schema = await TestSchema.CreateAsync();
        var (store, time) = Store(schema);
        var families = await AddAsync(store);
        Task<bool>[] swaps;
        await using (var gate = await TableGate.CloseAsync(schema, $"SELECT 1 FROM {schema.Table} WHERE family_id = '{families[Odd].Grant.FamilyId}' FOR UPDATE"))
        {
            swaps = [.. families.Select(family => store.SwapAsync(Families.Rotated(family)).AsTask())];
            await GatherAsync(gate, time);
            await gate.OpenAsync();

            (await Task.WhenAll(Others(swaps)).WaitAsync(Eventually.Patience)).Should().OnlyContain(swapped => swapped);
            await gate.WaitForAsync(1);
            swaps[Odd].IsCompleted.Should().BeFalse();
        }

        (await swaps[Odd]).Should().BeTrue();
    }

    [Test]
    public async Task Value_that_the_server_refuses_fails_its_own_call_alone()
    {
        await using var schema = await TestSchema.CreateAsync();
        var (store, time) = Store(schema);
        var families = await AddAsync(store);
        await using var gate = await TableGate.CloseAsync(schema);
        var swaps = families
            .Select((family, i) => Families.Rotated(family) with { LastDevice = new DeviceInfo { Name = i == Odd ? "no\0text" : "phone" } })
            .Select(next => store.SwapAsync(next).AsTask()).ToArray();

        // The server refuses the text before or after it waits for a lock, and then the other calls of its statement wait alone.
        time.Advance(2 * SwapQueue.Patience);
        await Eventually.HoldsAsync(async () => await gate.CountAsync() >= Statements - 1, "the other statements wait at the gate");
        await gate.OpenAsync();

        (await Task.WhenAll(Others(swaps))).Should().OnlyContain(swapped => swapped);
        (await FluentActions.Awaiting(() => swaps[Odd]).Should().ThrowAsync<PostgresException>()).Which.SqlState.Should().Be("22021");
        await RequireAsync(store, families, family => family.Grant.FamilyId == families[Odd].Grant.FamilyId ? 1 : 2);
    }

    [Test]
    public async Task Row_whose_commit_is_refused_fails_alone_and_nobody_was_answered_before()
    {
        await using var schema = await TestSchema.CreateAsync();
        var (store, time) = Store(schema);
        var families = await AddAsync(store);
        await schema.ExecuteAsync($"""
            CREATE FUNCTION {schema.Name}.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'refused' USING ERRCODE = '23514';
            END $$;
            CREATE CONSTRAINT TRIGGER refuse AFTER UPDATE ON {schema.Table} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
                WHEN (NEW.family_id = '{families[Odd].Grant.FamilyId}') EXECUTE FUNCTION {schema.Name}.refuse();
            """);
        await using var gate = await TableGate.CloseAsync(schema);
        var swaps = families.Select(family => store.SwapAsync(Families.Rotated(family)).AsTask()).ToArray();
        await GatherAsync(gate, time);
        await gate.OpenAsync();

        (await Task.WhenAll(Others(swaps))).Should().OnlyContain(swapped => swapped);
        (await FluentActions.Awaiting(() => swaps[Odd]).Should().ThrowAsync<PostgresException>()).Which.SqlState.Should().Be("23514");
        await RequireAsync(store, families, family => family.Grant.FamilyId == families[Odd].Grant.FamilyId ? 1 : 2);
    }

    [Test]
    public async Task Conflict_and_unknown_key_have_an_answer_of_their_own()
    {
        await using var schema = await TestSchema.CreateAsync();
        var (store, time) = Store(schema);
        var families = await AddAsync(store);
        var stranger = Families.Create();
        await using var gate = await TableGate.CloseAsync(schema);
        var nexts = families.Select(static family => Families.Rotated(family)).ToArray();
        nexts[Odd] = nexts[Odd] with { Version = 9 };
        nexts[Odd + 1] = Families.Rotated(stranger);
        var swaps = nexts.Select(next => store.SwapAsync(next).AsTask()).ToArray();
        await GatherAsync(gate, time);
        await gate.OpenAsync();

        (await Task.WhenAll(swaps)).Should().Equal(Enumerable.Range(0, Calls).Select(i => i is not (Odd or Odd + 1)));

        await using var again = await TableGate.CloseAsync(schema);
        families[Odd + 1] = stranger;
        var finds = families.Select(family => store.FindAsync(family).AsTask()).ToArray();
        await GatherAsync(again, time);
        await again.OpenAsync();
        (await Task.WhenAll(finds)).Select(family => family?.Version).Should().Equal(Enumerable.Range(0, Calls).Select(i => i switch { Odd => 1L, Odd + 1 => null, _ => (long?)2 }));
    }

    [Test]
    public async Task Rivals_for_one_version_in_one_statement_have_one_winner_and_callers_for_one_key_the_same_answer()
    {
        await using var schema = await TestSchema.CreateAsync();
        var (store, time) = Store(schema);
        var family = Families.Create();
        await store.AddAsync(family);
        await using var gate = await TableGate.CloseAsync(schema);
        var nexts = Enumerable.Range(0, Calls).Select(_ => Families.Rotated(family)).ToArray();
        var swaps = nexts.Select(next => store.SwapAsync(next).AsTask()).ToArray();
        await GatherAsync(gate, time);
        await gate.OpenAsync();

        var won = await Task.WhenAll(swaps);
        won.Should().ContainSingle(swapped => swapped);
        var found = await Task.WhenAll(Enumerable.Range(0, Calls).Select(_ => store.FindAsync(family).AsTask()));
        found.Should().OnlyContain(x => x!.SecretHash == nexts[Array.IndexOf(won, true)].SecretHash);
    }

    [Test]
    public async Task Rows_are_written_and_read_as_they_are_alone()
    {
        await using var schema = await TestSchema.CreateAsync();
        var (store, time) = Store(schema);
        var families = await AddAsync(store);
        var nexts = families.Select((family, i) => Families.Rotated(family) with
        {
            Metadata = Enumerable.Range(0, i % 4).ToDictionary(n => $"key \"{n}\"", n => $"of {i}, {{}}"),
            Salt = i % 2 == 0 ? Families.Opaque(i) : null,
            Trail = i % 3 == 0 ? new TokenTrail([1, 2, (byte)i]) : null,
            LastDevice = i % 5 == 0 ? null : new DeviceInfo { Name = i % 5 == 1 ? null : $"Zoë’s {i}" },
            RevokedAt = i % 7 == 0 ? Families.Now : null,
            RevocationReason = i % 7 == 0 ? RevocationReason.User : null,
            AbsoluteExpiresAt = i % 2 == 0 ? null : Families.Now.AddDays(i),
        }).ToArray();
        await using (var gate = await TableGate.CloseAsync(schema))
        {
            var swaps = nexts.Select(next => store.SwapAsync(next).AsTask()).ToArray();
            await GatherAsync(gate, time);
            await gate.OpenAsync();
            (await Task.WhenAll(swaps)).Should().OnlyContain(swapped => swapped);
        }

        await using var again = await TableGate.CloseAsync(schema);
        var finds = families.Select(family => store.FindAsync(family).AsTask()).ToArray();
        await GatherAsync(again, time);
        await again.OpenAsync();
        (await Task.WhenAll(finds)).Should().BeEquivalentTo(nexts, static options => options.WithStrictOrdering());
    }

    [Test]
    public async Task Caller_who_cancels_leaves_the_others_of_the_statement_alone([Values] bool find)
    {
        await using var schema = await TestSchema.CreateAsync();
        var (store, time) = Store(schema);
        var families = await AddAsync(store);
        using var cancellation = new CancellationTokenSource();
        await using var gate = await TableGate.CloseAsync(schema);
        var calls = families.Select(async (family, i) =>
        {
            var token = i == Odd ? cancellation.Token : CancellationToken.None;
            return find
                ? await store.FindAsync(family.Grant.LookupKey, token) is not null
                : await store.CompareAndSwapAsync(Families.Rotated(family), 1, token);
        }).ToArray();
        await GatherAsync(gate, time);
        await cancellation.CancelAsync();

        await FluentActions.Awaiting(() => calls[Odd].WaitAsync(Eventually.Patience)).Should().ThrowAsync<OperationCanceledException>();
        await gate.OpenAsync();
        (await Task.WhenAll(Others(calls))).Should().OnlyContain(done => done);
    }

    [Test]
    public async Task Connections_cut_under_statements_leave_each_swap_the_fault_of_a_single_one_and_repeat_each_find()
    {
        await using var schema = await TestSchema.CreateAsync();
        var (store, time) = Store(schema);
        var families = await AddAsync(store);
        await using (var gate = await TableGate.CloseAsync(schema))
        {
            var swaps = families.Select(family => store.SwapAsync(Families.Rotated(family)).AsTask()).ToArray();
            await GatherAsync(gate, time);
            await gate.CutAsync();
            foreach (var swap in swaps)
            {
                await FluentActions.Awaiting(() => swap.WaitAsync(Eventually.Patience)).Should().ThrowAsync<NpgsqlException>();
            }
        }

        await using var again = await TableGate.CloseAsync(schema);
        var finds = families.Select(family => store.FindAsync(family).AsTask()).ToArray();
        await GatherAsync(again, time);
        await again.CutAsync();
        foreach (var find in finds[..Alone])
        {
            await FluentActions.Awaiting(() => find.WaitAsync(Eventually.Patience)).Should().ThrowAsync<NpgsqlException>();
        }

        await again.OpenAsync();
        (await Task.WhenAll(finds[Alone..])).Should().OnlyContain(family => family!.Version == 1);
    }

    /// <summary>A clock that stands, so that calls lose their patience when a test says so, and statements that may wait at a gate for as long as a busy machine
    /// needs.</summary>
    internal static (ITokenStore Store, FakeTime Time) Store(TestSchema schema, string settings = "")
    {
        var time = new FakeTime();
        var node = schema.Node(null, time, $"{TestServer.ConnectionString};Maximum Pool Size={Calls};{settings}", static options => options.CommandTimeout = Eventually.Patience);
        return (node.GetRequiredService<ITokenStore>(), time);
    }

    internal static Task GatherAsync(TableGate gate, FakeTime time)
    {
        time.Advance(2 * SwapQueue.Patience);
        return gate.WaitForAsync(Statements);
    }

    internal static async Task<TokenFamily[]> AddAsync(ITokenStore store)
    {
        var families = Enumerable.Range(0, Calls).Select(user => Families.Create($"user{user}")).ToArray();
        foreach (var family in families)
        {
            await store.AddAsync(family);
        }

        return families;
    }

    private static IEnumerable<T> Others<T>(T[] calls) => calls.Where((_, i) => i != Odd);

    private static async Task RequireAsync(ITokenStore store, TokenFamily[] families, Func<TokenFamily, long> version)
    {
        foreach (var family in families)
        {
            (await store.FindAsync(family))!.Version.Should().Be(version(family));
        }
    }
}
