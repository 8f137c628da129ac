using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.PostgreSql.Tests;

/// <summary>A transaction of the host takes no part in what was answered: its rollback undoes nothing.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class AmbientTransactionTests
{
    [Test]
    public async Task Exchange_within_a_transaction_that_is_rolled_back_stands([Values] bool ownDataSource)
    {
        await using var schema = await TestSchema.CreateAsync();
        await AmbientTransactionCases.Exchange_within_a_transaction_that_is_rolled_back_standsAsync(Engine(schema, ownDataSource));
    }

    [Test]
    public async Task Revocation_after_a_reuse_stands_though_the_request_is_rolled_back([Values] bool ownDataSource)
    {
        await using var schema = await TestSchema.CreateAsync();
        await AmbientTransactionCases.Revocation_after_a_reuse_stands_though_the_request_is_rolled_backAsync(Engine(schema, ownDataSource));
    }

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
}
