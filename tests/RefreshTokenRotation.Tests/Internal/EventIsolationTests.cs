using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Internal;

/// <summary>Neither what is presented again and again nor the request that made the queue reaches the other events.</summary>
[TestFixture]
internal sealed class EventIsolationTests
{
    private static readonly AsyncLocal<string?> Request = new();

    [Test]
    public async Task Tokens_of_a_dead_family_do_not_crowd_out_a_log_in()
    {
        using var handler = new GatedHandler();
        handler.Close();
        await using var provider = Create(handler, capacity: 10);
        var tokens = provider.GetRequiredService<IRefreshTokenService>();
        var dead = await IssueAsync(tokens);
        await tokens.RevokeAsync(new RevokeRequest { RefreshToken = dead.RefreshToken, ClientId = "spa" });
        for (var i = 0; i < 30; i++)
        {
            await tokens.ExchangeAsync(new ExchangeRequest { RefreshToken = dead.RefreshToken, ClientId = "spa" });
        }

        var living = await IssueAsync(tokens);
        handler.Open();
        await provider.DisposeAsync();

        handler.Handled.OfType<RefreshTokenEvent.Issued>().Should().Contain(told => told.Family!.FamilyId == living.Family.FamilyId);
        handler.Handled.OfType<RefreshTokenEvent.Rejected>().Should().HaveCountLessThan(30);
    }

    [Test]
    public async Task Handler_does_not_run_in_the_context_of_the_first_request()
    {
        var seen = new List<string?>();
        using var handler = new GatedHandler { Fault = _ => { seen.Add(Request.Value); return null; } };
        await using var provider = Create(handler, capacity: 10);

        Request.Value = "first request";
        await IssueAsync(provider.GetRequiredService<IRefreshTokenService>());
        await provider.DisposeAsync();

        seen.Should().Equal([null]);
    }

    private static ServiceProvider Create(GatedHandler handler, int capacity)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IRefreshTokenEventHandler>(_ => handler);
        services.AddRefreshTokenRotation(options => options.EventQueueCapacity = capacity);
        return services.BuildServiceProvider();
    }

    private static async Task<IssueResult> IssueAsync(IRefreshTokenService tokens) =>
        await tokens.IssueAsync(new IssueRequest { Subject = "alice", ClientId = "spa" });
}
