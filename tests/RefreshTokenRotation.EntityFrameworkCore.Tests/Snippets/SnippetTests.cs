using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RefreshTokenRotation.EntityFrameworkCore.Tests.Support;

namespace RefreshTokenRotation.EntityFrameworkCore.Tests.Snippets;

/// <summary>What the pages show, run.</summary>
[TestFixture]
internal sealed class SnippetTests
{
    [Test]
    public async Task Start_exchanges_in_the_tables_of_the_hosts_context()
    {
        await using var database = await TestDatabase.CreateAsync();
        var services = new ServiceCollection();
        Start.Register(services, database.ConnectionString);
        await using var provider = services.BuildServiceProvider();

        await ExchangeAsync(provider);

        (await database.ScalarAsync<long>($"SELECT count(*) FROM {database.Families} WHERE \"Generation\" = 1")).Should().Be(1);
    }

    [Test]
    public async Task Own_context_creates_its_tables_at_the_start_of_the_host()
    {
        await using var database = await TestDatabase.EmptyAsync();
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        Start.RegisterOwnContext(builder.Services, database.ConnectionString);
        using var host = builder.Build();

        await host.StartAsync();
        await ExchangeAsync(host.Services);
        await host.StopAsync();

        (await database.ScalarAsync<long>($"SELECT count(*) FROM {database.Families} WHERE \"Generation\" = 1")).Should().Be(1);
    }

    private static async Task ExchangeAsync(IServiceProvider provider)
    {
        var tokens = provider.GetRequiredService<IRefreshTokenService>();
        var issued = await tokens.IssueAsync(new IssueRequest { Subject = "alice", ClientId = "spa" });

        (await tokens.ExchangeAsync(new ExchangeRequest { RefreshToken = issued.RefreshToken, ClientId = "spa" }))
            .Should().BeOfType<ExchangeResult.Succeeded>();
    }
}
