using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.EntityFrameworkCore.Tests.Support;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.EntityFrameworkCore.Tests;

/// <summary>What each call sends to the database.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class StatementTests
{
    [Test]
    public async Task Exchange_is_two_statements_by_key_without_transaction_and_change_tracker([Values] ContextKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var sql = new SqlRecorder();
        var engine = database.Node(configureContext: options => options.AddInterceptors(sql)).GetRequiredService<IRefreshTokenService>();
        var token = (await engine.IssueAsync(new IssueRequest { Subject = "alice", ClientId = "spa" })).RefreshToken;
        sql.Clear();
        var texts = new List<IReadOnlyList<string>>();
        for (var i = 0; i < 3; i++)
        {
            var result = await engine.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = "spa" });
            token = result.Should().BeOfType<ExchangeResult.Succeeded>().Subject.RefreshToken;
            texts.Add(sql.Sent);
            sql.MaxTracked.Should().Be(0);
            sql.Clear();
        }

        texts[1].Should().HaveCount(2);
        texts[1][0].Should().StartWith("SELECT ").And.EndWith(", pg_is_in_recovery() FROM \"RefreshTokenFamilies\" WHERE \"LookupKey\" = $1");
        texts[1][1].Should().StartWith("UPDATE \"RefreshTokenFamilies\" SET \"Version\" = $1, ").And.EndWith(" WHERE \"LookupKey\" = $22 AND \"Version\" = $23");

        // One text for all: values are parameters, so that neither the server nor the framework plans each again.
        texts[2].Should().Equal(texts[1]);
        texts[1][1].Should().NotMatchRegex(@"(?<![\w$])\d+");
    }

    [Test]
    public async Task Add_is_a_transaction_that_begins_with_the_lock()
    {
        await using var database = await TestDatabase.CreateAsync();
        var sql = new SqlRecorder();
        var store = database.Store(options => options.AddInterceptors(sql));
        await store.AddAsync(Families.Create());
        sql.Clear();

        await store.AddAsync(Families.Create(), cap: 1);

        sql.Sent.Select(text => text.Split(' ', 3)[0]).Should().Equal("BEGIN", "UPDATE", "SELECT", "INSERT", "SELECT", "DELETE", "COMMIT");
        sql.Sent[0].Should().Be("BEGIN ReadCommitted");
        sql.Sent[1].Should().Contain("\"RefreshTokenLocks\"");
    }

    [Test]
    public async Task Revocation_list_and_pruning_are_set_based()
    {
        await using var database = await TestDatabase.CreateAsync();
        var sql = new SqlRecorder();
        var store = database.Store(options => options.AddInterceptors(sql));
        for (var i = 0; i < 20; i++)
        {
            await store.AddAsync(Families.Create());
        }

        sql.Clear();
        (await store.RevokeAsync(TokenFamilyFilter.ForUser("alice") with { CreatedNoLaterThan = Families.Now, State = FamilyState.Active })).Should().Be(20);
        await store.ListAsync(new TokenFamilyQuery(TokenFamilyFilter.ForUser("alice"), null, 10, Families.Now), CancellationToken.None);
        (await store.PruneAsync(Families.Now.AddDays(1), 20, CancellationToken.None)).Should().Be(20);

        sql.Sent.Select(text => text.Split(' ', 2)[0]).Should().Equal("SELECT", "SELECT", "UPDATE", "SELECT", "SELECT", "SELECT", "DELETE");
        sql.MaxTracked.Should().Be(0);
    }

    [Test]
    public async Task Calls_of_a_pool_use_few_contexts_again_and_leave_nothing_in_them([Values(ContextKind.Own, ContextKind.Pool, ContextKind.PooledFactory)] ContextKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var sql = new SqlRecorder();
        var store = database.Store(options => options.AddInterceptors(sql));
        for (var i = 0; i < 10; i++)
        {
            var family = Families.Create();
            await store.AddAsync(family, cap: 1);
            await store.SwapAsync(Families.Rotated(family));
            await store.RevokeAsync(TokenFamilyFilter.ForUser("alice"));
        }

        sql.Contexts.Should().HaveCountLessThanOrEqualTo(2);
        sql.Clear();
        await store.FindAsync(Families.Create());
        sql.MaxTracked.Should().Be(0);
        sql.Contexts.Should().ContainSingle();
    }

    [TestCase(null, null, 30, 0)]
    [TestCase(7, null, 7, 0)]
    [TestCase(7, 70, 7, 70)]
    public async Task Timeouts_are_those_of_the_options_and_a_revocation_leaves_none_behind(int? command, int? revocation, int expected, int expectedOfRevocations)
    {
        await using var database = await TestDatabase.CreateAsync();
        var sql = new SqlRecorder();
        var store = database.Node(
            configureContext: options => options.AddInterceptors(sql),
            configure: options =>
            {
                options.CommandTimeout = command is null ? null : TimeSpan.FromSeconds(command.Value);
                options.RevocationTimeout = revocation is null ? null : TimeSpan.FromSeconds(revocation.Value);
            }).GetRequiredService<ITokenStore>();

        await store.RevokeAsync(TokenFamilyFilter.ForUser("alice"));
        sql.Timeout.Should().Be(expectedOfRevocations);
        await store.RevokeAsync(TokenFamilyFilter.ForFamily(Guid.NewGuid()));
        sql.Timeout.Should().Be(expected);
        await store.FindAsync(Families.Create());
        (sql.Timeout, sql.Source).Should().Be((expected, CommandSource.LinqQuery));
        await store.SwapAsync(Families.Rotated(Families.Create()));
        (sql.Timeout, sql.Source).Should().Be((expected, CommandSource.ExecuteUpdate));
    }
}
