using AuthorizationServer.Accounts;
using AuthorizationServer.Notices;
using AuthorizationServer.Setup;
using AuthorizationServer.State;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation;
using RefreshTokenRotation.Tests.Support;

namespace AuthorizationServer.Tests.Operator;

/// <summary>How long the link of a notice works.</summary>
[TestFixture]
internal sealed class TheftNoticeTests
{
    [Test]
    public async Task Link_works_for_a_day()
    {
        var time = new FakeTime();
        var settings = new ServerSettings { Users = { ["alice"] = new() { Name = "Alice", Email = "alice@example.com", Password = "-" } } };
        var outbox = new Outbox();
        var notices = new TheftNotices(new MemoryStateStore(time), time, new Users(settings), outbox, settings);
        var services = new ServiceCollection().AddSingleton<TimeProvider>(time).AddSingleton<IRefreshTokenEventHandler>(notices);
        services.AddRefreshTokenRotation(static options => options.DefaultPolicy = RotationPolicy.Strict);
        await using (var provider = services.BuildServiceProvider())
        {
            var tokens = provider.GetRequiredService<IRefreshTokenService>();
            var stolen = (await tokens.IssueAsync(new IssueRequest { Subject = "alice", ClientId = "spa" })).RefreshToken;
            await tokens.ExchangeAsync(new ExchangeRequest { RefreshToken = stolen, ClientId = "spa" });
            await tokens.ExchangeAsync(new ExchangeRequest { RefreshToken = stolen, ClientId = "spa" });
        }

        var handle = outbox.To("alice").Should().ContainSingle().Which.Link.Split('/')[^1];
        time.Advance(TimeSpan.FromDays(1) - TimeSpan.FromTicks(1));
        (await notices.FindAsync(handle, CancellationToken.None)).Should().NotBeNull();

        time.Advance(TimeSpan.FromTicks(1));

        (await notices.FindAsync(handle, CancellationToken.None)).Should().BeNull();
        (await notices.UseAsync(handle, CancellationToken.None)).Should().BeFalse();
    }
}
