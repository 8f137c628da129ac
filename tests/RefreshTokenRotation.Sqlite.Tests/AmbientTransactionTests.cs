using System.Transactions;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Sqlite.Tests.Support;

namespace RefreshTokenRotation.Sqlite.Tests;

/// <summary>A transaction of the host takes no part in what was answered: its rollback undoes nothing.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class AmbientTransactionTests
{
    [Test]
    public async Task Exchange_within_a_transaction_that_is_rolled_back_stands()
    {
        using var file = new TestFile();
        var engine = file.Node().GetRequiredService<IRefreshTokenService>();
        RefreshToken successor;
        using (Scope())
        {
            var issued = await engine.IssueAsync(new IssueRequest { Subject = "alice", ClientId = "spa" });
            successor = (await SucceedAsync(engine, issued.RefreshToken)).RefreshToken;
        }

        (await SucceedAsync(engine, successor)).Family.Generation.Should().Be(2);
    }

    [Test]
    public async Task Revocation_after_a_reuse_stands_though_the_request_is_rolled_back()
    {
        using var file = new TestFile();
        var engine = file.Node().GetRequiredService<IRefreshTokenService>();
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

    private static async Task<ExchangeResult> ExchangeAsync(IRefreshTokenService engine, RefreshToken token) =>
        await engine.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = "spa" });

    private static async Task<ExchangeResult.Succeeded> SucceedAsync(IRefreshTokenService engine, RefreshToken token) =>
        (await ExchangeAsync(engine, token)).Should().BeOfType<ExchangeResult.Succeeded>().Subject;
}
