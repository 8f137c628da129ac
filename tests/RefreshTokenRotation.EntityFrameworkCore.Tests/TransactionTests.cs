using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.EntityFrameworkCore.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.EntityFrameworkCore.Tests;

/// <summary>A transaction of the host takes no part in what was answered: its rollback undoes nothing.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class TransactionTests
{
    [Test]
    public async Task Exchange_within_a_transaction_that_is_rolled_back_stands([Values] ContextKind kind, [Values] bool retries)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        await AmbientTransactionCases.Exchange_within_a_transaction_that_is_rolled_back_standsAsync(Node(database, retries).GetRequiredService<IRefreshTokenService>());
    }

    [Test]
    public async Task Revocation_after_a_reuse_stands_though_the_request_is_rolled_back()
    {
        await using var database = await TestDatabase.CreateAsync(ContextKind.Scoped);
        await AmbientTransactionCases.Revocation_after_a_reuse_stands_though_the_request_is_rolled_backAsync(
            Node(database, retries: false).GetRequiredService<IRefreshTokenService>());
    }

    [TestCase(ContextKind.Scoped)]
    [TestCase(ContextKind.Pool)]
    [TestCase(ContextKind.Factory)]
    public async Task Transaction_open_on_the_context_of_the_request_takes_no_part(ContextKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var node = Node(database, retries: false);
        var engine = node.GetRequiredService<IRefreshTokenService>();
        RefreshToken successor;
        await using (var request = node.CreateAsyncScope())
        {
            var context = request.ServiceProvider.GetRequiredService<HostDbContext>();
            await using var transaction = await context.Database.BeginTransactionAsync();
            context.Users.Add(new HostUser { Name = "alice" });
            await context.SaveChangesAsync();
            var issued = await engine.IssueAsync(new IssueRequest { Subject = "alice", ClientId = "spa" });
            successor = (await SucceedAsync(engine, issued.RefreshToken)).RefreshToken;
            await transaction.RollbackAsync();
        }

        (await SucceedAsync(engine, successor)).Family.Generation.Should().Be(2);
        await using var after = database.HostContext();
        (await after.Users.CountAsync()).Should().Be(0);
    }

    [Test]
    public async Task Calls_within_an_execution_strategy_of_the_host_work()
    {
        await using var database = await TestDatabase.CreateAsync(ContextKind.Scoped);
        var node = Node(database, retries: true);
        var engine = node.GetRequiredService<IRefreshTokenService>();
        await using var request = node.CreateAsyncScope();
        var context = request.ServiceProvider.GetRequiredService<HostDbContext>();

        var result = await context.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
        {
            await using var transaction = await context.Database.BeginTransactionAsync();
            var issued = await engine.IssueAsync(new IssueRequest { Subject = "alice", ClientId = "spa" });
            var exchanged = await SucceedAsync(engine, issued.RefreshToken);
            await transaction.CommitAsync();
            return exchanged;
        });

        (await SucceedAsync(engine, result.RefreshToken)).Family.Generation.Should().Be(2);
    }

    private static ServiceProvider Node(TestDatabase database, bool retries) => database.Node(configureContext: options =>
    {
        if (retries)
        {
            options.UseNpgsql(npgsql => npgsql.EnableRetryOnFailure());
        }
    });

    private static async Task<ExchangeResult.Succeeded> SucceedAsync(IRefreshTokenService engine, RefreshToken token) =>
        (await engine.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = "spa" })).Should().BeOfType<ExchangeResult.Succeeded>().Subject;
}
