using System.Transactions;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.PostgreSql.Tests.Support;

namespace RefreshTokenRotation.PostgreSql.Tests;

/// <summary>A transaction of the host takes no part in what was answered: its rollback undoes nothing.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class AmbientTransactionTests
{
    [Test]
    public async Task Exchange_within_a_transaction_that_is_rolled_back_stands([Values] bool ownDataSource)
    {
        await using var schema = await TestSchema.CreateAsync();
        var engine = Engine(schema, ownDataSource);
        RefreshToken successor;
        using (Scope())
        {
            var issued = await engine.IssueAsync(new IssueRequest { Subject = "alice", ClientId = "spa" });
            successor = (await SucceedAsync(engine, issued.RefreshToken)).RefreshToken;
        }

        (await SucceedAsync(engine, successor)).Family.Generation.Should().Be(2);
    }

    [Test]
    public async Task Revocation_after_a_reuse_stands_though_the_request_is_rolled_back([Values] bool ownDataSource)
    {
        await using var schema = await TestSchema.CreateAsync();
        var engine = Engine(schema, ownDataSource);
        var issued = await engine.IssueAsync(new IssueRequest { Subject = "alice", ClientId = "spa" });
        var current = (await SucceedAsync(engine, issued.RefreshToken)).RefreshToken;
        using (Scope())
        {
            (await ExchangeAsync(engine, issued.RefreshToken)).Should().BeOfType<ExchangeResult.Rejected>()
                .Which.Reason.Should().Be(RejectionReason.ReuseDetected);
        }

        (await ExchangeAsync(engine, current)).Should().BeOfType<ExchangeResult.Rejected>().Which.Reason.Should().Be(RejectionReason.Revoked);
    }

    private static TransactionScope Scope() => new(TransactionScopeOption.Required, TransactionScopeAsyncFlowOption.Enabled);

    private static IRefreshTokenService Engine(TestSchema schema, bool ownDataSource)
    {
        if (!ownDataSource)
        {
            return schema.Node().GetRequiredService<IRefreshTokenService>();
        }

        var services = new ServiceCollection();
        services.AddRefreshTokenRotation().UsePostgreSql(schema.Source, options => options.SchemaName = schema.Name);
        return schema.Keep(services.BuildServiceProvider()).GetRequiredService<IRefreshTokenService>();
    }

    private static async Task<ExchangeResult> ExchangeAsync(IRefreshTokenService engine, RefreshToken token) =>
        await engine.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = "spa" });

    private static async Task<ExchangeResult.Succeeded> SucceedAsync(IRefreshTokenService engine, RefreshToken token) =>
        (await ExchangeAsync(engine, token)).Should().BeOfType<ExchangeResult.Succeeded>().Subject;
}
