using System.Net;
using RefreshTokenRotation.Identity.Tests.Support;

namespace RefreshTokenRotation.Identity.Tests;

/// <summary>Log-out, the list of sessions, and ending them.</summary>
[TestFixture]
internal sealed class SessionTests
{
    [Test]
    public async Task User_lists_and_ends_own_sessions_alone()
    {
        await using var host = await Host.StartAsync();
        using var phone = await host.LogInAsync();
        using var laptop = await host.LogInAsync();
        using var tablet = await host.LogInAsync();
        using var bob = await host.LogInAsync("bob@example.com");

        var sessions = await phone.GetAsync<IdentitySession[]>("/manage/sessions");
        sessions.Should().HaveCount(3).And.ContainSingle(session => session.IsCurrent);
        var bobs = (await bob.GetAsync<IdentitySession[]>("/manage/sessions")).Should().ContainSingle().Subject;

        (await phone.StatusAsync(HttpMethod.Delete, $"/manage/sessions/{bobs.Id}")).Should().Be(HttpStatusCode.NotFound);
        var laptopId = (await laptop.GetAsync<IdentitySession[]>("/manage/sessions")).Single(session => session.IsCurrent).Id;
        (await phone.StatusAsync(HttpMethod.Delete, $"/manage/sessions/{laptopId}")).Should().Be(HttpStatusCode.NoContent);
        (await laptop.RefreshAsync()).Should().Be(HttpStatusCode.Unauthorized);
        (await tablet.RefreshAsync()).Should().Be(HttpStatusCode.OK);

        (await phone.StatusAsync(HttpMethod.Delete, "/manage/sessions/others")).Should().Be(HttpStatusCode.NoContent);
        (await tablet.InfoAsync()).Should().Be(HttpStatusCode.Unauthorized);
        (await phone.RefreshAsync()).Should().Be(HttpStatusCode.OK);
        (await bob.RefreshAsync()).Should().Be(HttpStatusCode.OK);
    }

    [Test]
    public async Task Log_out_ends_the_session_of_the_access_token([Values] bool isBearerOnly)
    {
        await using var host = await Host.StartAsync(isBearerOnly: isBearerOnly);
        using var phone = await host.LogInAsync();
        using var laptop = await host.LogInAsync();
        (await phone.StatusAsync(HttpMethod.Post, "/logout")).Should().Be(HttpStatusCode.OK);
        (await phone.InfoAsync()).Should().Be(HttpStatusCode.Unauthorized);
        (await phone.RefreshAsync()).Should().Be(HttpStatusCode.Unauthorized);
        (await laptop.InfoAsync()).Should().Be(HttpStatusCode.OK);
        (await host.FamiliesAsync()).Should().ContainSingle(family => family.RevocationReason == RevocationReason.User);
    }

    [Test]
    public async Task Log_out_by_cookie_and_requests_of_strangers()
    {
        await using var host = await Host.StartAsync(clock: TimeProvider.System);
        using var client = await host.LogInAsync();
        client.AccessToken = string.Empty;
        (await client.StatusAsync(HttpMethod.Post, "/logout")).Should().Be(HttpStatusCode.Unauthorized);
        (await client.StatusAsync(HttpMethod.Get, "/manage/sessions")).Should().Be(HttpStatusCode.Unauthorized);

        await client.PostAsync("/login?useCookies=true", new { email = "alice@example.com", password = Host.Password });
        (await client.InfoAsync()).Should().Be(HttpStatusCode.OK);
        (await client.GetAsync<IdentitySession[]>("/manage/sessions")).Should().ContainSingle(session => !session.IsCurrent);
        (await client.StatusAsync(HttpMethod.Post, "/logout")).Should().Be(HttpStatusCode.OK);
        (await client.InfoAsync()).Should().Be(HttpStatusCode.Unauthorized);
    }
}
