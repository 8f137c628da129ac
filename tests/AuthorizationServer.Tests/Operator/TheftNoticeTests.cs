using AuthorizationServer.Accounts;
using AuthorizationServer.Notices;
using AuthorizationServer.Setup;
using AuthorizationServer.State;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation;
using RefreshTokenRotation.Tests.Support;

namespace AuthorizationServer.Tests.Operator;

/// <summary>What the mail says, and how long its link works.</summary>
[TestFixture]
internal sealed class TheftNoticeTests
{
    [Test]
    public async Task Link_works_for_a_day()
    {
        var time = new FakeTime();
        var (notices, outbox) = await StealAsync(time, thief: null);
        var handle = outbox.To("alice").Should().ContainSingle().Which.Link.Split('/')[^1];
        time.Advance(TimeSpan.FromDays(1) - TimeSpan.FromTicks(1));
        (await notices.FindAsync(handle, CancellationToken.None)).Should().NotBeNull();

        time.Advance(TimeSpan.FromTicks(1));

        (await notices.FindAsync(handle, CancellationToken.None)).Should().BeNull();
        (await notices.UseAsync(handle, CancellationToken.None)).Should().BeFalse();
    }

    [TestCase("agent/1.0", "192.0.2.1", true)]
    [TestCase("agent/1.0", "198.51.100.7", false)]
    [TestCase("other/1.0", "192.0.2.1", false)]
    [TestCase(null, null, false)]
    public async Task Mail_says_when_it_looks_like_an_agent_of_the_user(string? userAgent, string? address, bool looksOwn)
    {
        var (notices, outbox) = await StealAsync(new FakeTime(), userAgent is null ? null : new DeviceInfo { UserAgent = userAgent, IpAddress = address });

        var mail = outbox.To("alice").Should().ContainSingle().Subject;
        mail.Text.Contains("most likely by your own app or agent", StringComparison.Ordinal).Should().Be(looksOwn, mail.Text);
        (await notices.FindAsync(mail.Link.Split('/')[^1], CancellationToken.None))!.LooksOwn.Should().Be(looksOwn);
    }

    /// <summary>The user's device, which began the session elsewhere, refreshes; then the same token comes from that of the thief.</summary>
    private static async Task<(TheftNotices Notices, Outbox Outbox)> StealAsync(FakeTime time, DeviceInfo? thief)
    {
        var settings = new ServerSettings { Users = { ["alice"] = new() { Name = "Alice", Email = "alice@example.com", Password = "-" } } };
        var outbox = new Outbox();
        var notices = new TheftNotices(new MemoryStateStore(time), time, new Users(settings), outbox, settings);
        var services = new ServiceCollection().AddSingleton<TimeProvider>(time).AddSingleton<IRefreshTokenEventHandler>(notices);
        services.AddRefreshTokenRotation(static options => options.DefaultPolicy = RotationPolicy.Strict);
        await using var provider = services.BuildServiceProvider();
        var tokens = provider.GetRequiredService<IRefreshTokenService>();
        var first = new DeviceInfo { UserAgent = "agent/1.0", IpAddress = "203.0.113.5" };
        var stolen = (await tokens.IssueAsync(new IssueRequest { Subject = "alice", ClientId = "spa", Device = first })).RefreshToken;
        await tokens.ExchangeAsync(new ExchangeRequest { RefreshToken = stolen, ClientId = "spa", Device = first with { IpAddress = "192.0.2.1" } });
        await tokens.ExchangeAsync(new ExchangeRequest { RefreshToken = stolen, ClientId = "spa", Device = thief });
        return (notices, outbox);
    }
}
