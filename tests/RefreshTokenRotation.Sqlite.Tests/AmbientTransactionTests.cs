using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Sqlite.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Sqlite.Tests;

/// <summary>A transaction of the host takes no part in what was answered: its rollback undoes nothing.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class AmbientTransactionTests
{
    [Test]
    public Task Exchange_within_a_transaction_that_is_rolled_back_stands() =>
        RunAsync(AmbientTransactionCases.Exchange_within_a_transaction_that_is_rolled_back_standsAsync);

    [Test]
    public Task Revocation_after_a_reuse_stands_though_the_request_is_rolled_back() =>
        RunAsync(AmbientTransactionCases.Revocation_after_a_reuse_stands_though_the_request_is_rolled_backAsync);

    private static async Task RunAsync(Func<IRefreshTokenService, Task> run)
    {
        using var file = new TestFile();
        await run(file.Node().GetRequiredService<IRefreshTokenService>());
    }
}
