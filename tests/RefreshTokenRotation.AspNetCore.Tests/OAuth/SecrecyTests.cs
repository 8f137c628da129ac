using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests;

/// <summary>No log message at any level, and no exception in one, holds a token or a secret.</summary>
public sealed class SecrecyTests
{
    [Test]
    public async Task No_log_holds_a_token_a_secret_or_a_password()
    {
        var grant = new StubGrantHandler();
        await using var host = await TestHost.StartAsync(setup => setup.Build = grant.AddTo);
        List<string> secrets = [Clients.Secret, "hunter2", "no-such-secret", "assertion-1"];

        var login = await host.TokenAsync("grant_type=urn:example:stub&client_id=spa&scope=openid+offline_access&username=alice&password=hunter2");
        var second = await host.RefreshAsync(login.RefreshToken!);
        await host.RefreshAsync(login.RefreshToken!);
        await host.RefreshAsync(second.RefreshToken!);
        await host.RefreshAsync("misplaced-secret");
        var issued = await host.IssueAsync(Clients.Confidential);
        var third = await host.TokenAsync($"grant_type=refresh_token&refresh_token={issued.RefreshToken.Reveal()}", request => request.Basic(Clients.Confidential, Clients.Secret));
        await host.TokenAsync($"grant_type=refresh_token&refresh_token={third.RefreshToken}", request => request.Basic(Clients.Confidential, "no-such-secret"));
        await host.TokenAsync("grant_type=refresh_token&client_assertion=assertion-1&client_assertion_type=x&refresh_token=misplaced-secret");
        host.Store.Plan = static _ => Testing.StoreFault.ThrowBeforeWrite;
        await host.RefreshAsync(third.RefreshToken!, client: Clients.Confidential + "&client_secret=" + Uri.EscapeDataString(Clients.Secret));
        host.Issuer.Failure = new InvalidOperationException();
        await host.TokenAsync("grant_type=urn:example:stub&client_id=spa&password=hunter2");
        await host.StopAsync();

        secrets.AddRange(["misplaced-secret", login.RefreshToken!, second.RefreshToken!, third.RefreshToken!, issued.RefreshToken.Reveal(), "at-1", "at-2", "idt-1"]);
        host.Logs.Entries.Should().HaveCountGreaterThan(20);
        host.Logs.Of(301).Should().HaveCount(2);
        host.Logs.Entries.Select(entry => $"{entry.Message}\n{entry.Values()}\n{entry.Exception}").Where(text => secrets.Any(text.Contains)).Should().BeEmpty();
    }

    [Test]
    public async Task Query_is_in_no_log_of_the_library()
    {
        await using var host = await TestHost.StartAsync();

        await host.PostAsync(TestHostExtensions.TokenPath + "?refresh_token=in-the-query", "grant_type=refresh_token&client_id=spa");
        await host.StopAsync();

        host.Logs.Entries.Where(entry => entry.Category!.StartsWith("RefreshTokenRotation", StringComparison.Ordinal))
            .Should().NotContain(entry => entry.Message.Contains("in-the-query") || entry.Values().Contains("in-the-query"));
    }
}
