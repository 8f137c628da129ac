using System.Transactions;

namespace RefreshTokenRotation.Tests.Support;

/// <summary>A transaction of the host takes no part in what was answered: its rollback undoes nothing, whatever the store.</summary>
internal static class AmbientTransactionCases
{
    public static async Task Exchange_within_a_transaction_that_is_rolled_back_standsAsync(IRefreshTokenService engine)
    {
        RefreshToken successor;
        using (Scope())
        {
            var issued = await engine.IssueAsync(new IssueRequest { Subject = "alice", ClientId = "spa" });
            successor = (await SucceedAsync(engine, issued.RefreshToken)).RefreshToken;
        }

        (await SucceedAsync(engine, successor)).Family.Generation.Should().Be(2);
    }

    public static async Task Revocation_after_a_reuse_stands_though_the_request_is_rolled_backAsync(IRefreshTokenService engine)
    {
        var issued = await engine.IssueAsync(new IssueRequest { Subject = "alice", ClientId = "spa" });
        var current = (await SucceedAsync(engine, issued.RefreshToken)).RefreshToken;
        using (Scope())
        {
            (await ExchangeAsync(engine, issued.RefreshToken)).Should().BeOfType<ExchangeResult.Rejected>()
                .Which.Reason.Should().Be(RejectionReason.ReuseDetected);
        }

        (await ExchangeAsync(engine, current)).Should().BeOfType<ExchangeResult.Rejected>().Which.Reason.Should().Be(RejectionReason.Revoked);
    }

    /// <summary>A transaction that is rolled back when it is disposed.</summary>
    private static TransactionScope Scope() => new(TransactionScopeOption.Required, TransactionScopeAsyncFlowOption.Enabled);

    private static async Task<ExchangeResult> ExchangeAsync(IRefreshTokenService engine, RefreshToken token) =>
        await engine.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = "spa" });

    private static async Task<ExchangeResult.Succeeded> SucceedAsync(IRefreshTokenService engine, RefreshToken token) =>
        (await ExchangeAsync(engine, token)).Should().BeOfType<ExchangeResult.Succeeded>().Subject;
}
