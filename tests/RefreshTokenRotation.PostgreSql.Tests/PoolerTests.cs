using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RefreshTokenRotation.PostgreSql.Tests.Support;

namespace RefreshTokenRotation.PostgreSql.Tests;

/// <summary>PgBouncer stands before the server.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class PoolerTests
{
    [Test]
    public async Task Pooler_in_transaction_mode_that_keeps_no_prepared_statements_fails_at_start()
    {
        await using var schema = await TestSchema.CreateAsync();
        await using var pooler = await StartAsync("transaction");

        await TestHost.FailsAsync(() => TestHost.RunAsync(schema, Through(schema, pooler)), "*pooler in transaction mode*PrepareStatements*max_prepared_statements*");
    }

    [TestCase("transaction", false)]
    [TestCase("session", true)]
    public async Task Nodes_behind_a_pooler_start_and_exchange(string mode, bool prepare)
    {
        await using var schema = await TestSchema.CreateAsync();
        await using var pooler = await StartAsync(mode);
        var through = Through(schema, pooler);
        void Configure(PostgreSqlStoreOptions options) => options.PrepareStatements = prepare;

        await TestHost.RunAsync(schema, through, Configure);

        var engine = schema.Node(RotationPolicy.Spa, connectionString: through, configure: Configure).GetRequiredService<IRefreshTokenService>();
        await Task.WhenAll(Enumerable.Range(0, 24).Select(async user =>
        {
            var token = (await engine.IssueAsync(new IssueRequest { Subject = $"user{user}", ClientId = "spa" })).RefreshToken;
            for (var generation = 1; generation <= 20; generation++)
            {
                var result = await engine.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = "spa" });
                token = result.Should().BeOfType<ExchangeResult.Succeeded>().Subject.RefreshToken;
            }
        }));
    }

    private static Task<PgBouncer> StartAsync(string mode) => PgBouncer.StartAsync(new NpgsqlConnectionStringBuilder(TestServer.ConnectionString).Port, mode);

    private static string Through(TestSchema schema, PgBouncer pooler) =>
        new NpgsqlConnectionStringBuilder(schema.ConnectionString) { Port = pooler.Port }.ConnectionString;
}
