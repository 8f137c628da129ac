using System.Net;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Identity.Tests.Support;

namespace RefreshTokenRotation.Identity.Tests;

/// <summary>Refresh tokens that Identity issued before are adopted, each exactly once.</summary>
[TestFixture]
internal sealed class IdentityTokenAdoptionTests
{
    [Test]
    public async Task Token_from_before_goes_on_and_its_access_token_too()
    {
        await using var before = await Host.StartAsync(rotates: false);
        using var old = await before.LogInAsync();
        await using var host = await Host.StartAsync(after: before);
        using var client = Take(host, old);

        (await client.InfoAsync()).Should().Be(HttpStatusCode.OK);
        (await client.RefreshAsync()).Should().Be(HttpStatusCode.OK);
        client.RefreshToken.Should().StartWith("rtr_");
        (await client.RefreshAsync()).Should().Be(HttpStatusCode.OK);
        (await host.FamiliesAsync()).Should().ContainSingle().Which.Generation.Should().Be(2);
    }

    [Test]
    public async Task Parallel_presentations_get_one_successor_and_one_family()
    {
        const int Callers = 12;
        await using var before = await Host.StartAsync(rotates: false);
        using var old = await before.LogInAsync();
        await using var host = await Host.StartAsync(after: before);
        var clients = Enumerable.Range(0, Callers).Select(_ => Take(host, old)).ToArray();

        var statuses = await Task.WhenAll(clients.Select(client => client.RefreshAsync()));

        statuses.Should().AllBeEquivalentTo(HttpStatusCode.OK);
        clients.Select(client => client.RefreshToken).Distinct().Should().ContainSingle();
        (await host.FamiliesAsync()).Should().ContainSingle();
    }

    [Test]
    public async Task Replay_of_an_adopted_token_in_any_spelling_ends_its_family()
    {
        await using var before = await Host.StartAsync(rotates: false);
        using var old = await before.LogInAsync();
        await using var host = await Host.StartAsync(after: before);
        using var client = Take(host, old);
        await client.RefreshAsync();
        await client.RefreshAsync();

        // Padding is no other token.
        using var thief = host.Connect();
        var padding = new string('=', (4 - (old.RefreshToken.Length % 4)) % 4);
        (await thief.RefreshAsync(old.RefreshToken + padding)).Should().Be(HttpStatusCode.Unauthorized);

        (await client.InfoAsync()).Should().Be(HttpStatusCode.Unauthorized);
        (await client.RefreshAsync()).Should().Be(HttpStatusCode.Unauthorized);
        (await thief.RefreshAsync(old.RefreshToken)).Should().Be(HttpStatusCode.Unauthorized);
        (await host.FamiliesAsync()).Should().ContainSingle().Which.RevocationReason.Should().Be(RevocationReason.ReuseDetected);
    }

    [Test]
    public async Task Expired_token_and_one_with_a_changed_stamp_are_refused([Values] bool expires)
    {
        await using var before = await Host.StartAsync(rotates: false);
        using var old = await before.LogInAsync();
        await using var host = await Host.StartAsync(after: before);
        using var client = Take(host, old);
        if (expires)
        {
            host.Time.Advance(TimeSpan.FromDays(14));
        }
        else
        {
            await host.ManageAsync((users, user) => users.UpdateSecurityStampAsync(user));
        }

        (await client.RefreshAsync()).Should().Be(HttpStatusCode.Unauthorized);
        var families = await host.FamiliesAsync();
        families.Should().HaveCount(expires ? 0 : 1);
        families.Where(family => family.RevokedAt is null).Should().BeEmpty();
    }

    [Test]
    public async Task Lock_out_ends_a_token_that_was_not_adopted_yet()
    {
        await using var before = await Host.StartAsync(rotates: false);
        using var old = await before.LogInAsync();
        await using var host = await Host.StartAsync(after: before);
        using var client = Take(host, old);
        await host.ManageAsync((users, user) => users.SetLockoutEndDateAsync(user, DateTimeOffset.MaxValue));
        (await client.RefreshAsync()).Should().Be(HttpStatusCode.Unauthorized);
        await host.ManageAsync((users, user) => users.SetLockoutEndDateAsync(user, null));
        (await client.RefreshAsync()).Should().Be(HttpStatusCode.Unauthorized);
        (await host.FamiliesAsync()).Should().ContainSingle().Which.Generation.Should().Be(0);
    }

    [TestCase("/logout")]
    [TestCase("/manage/sessions/others")]
    public async Task Log_out_ends_the_tokens_that_were_not_adopted_yet(string path)
    {
        await using var before = await Host.StartAsync(rotates: false);
        using var old = await before.LogInAsync();
        await using var host = await Host.StartAsync(after: before);
        using var client = Take(host, old);
        using var phone = host.Connect();
        await phone.LogInAsync("alice@example.com", Host.Password);
        var isLogOut = path == "/logout";
        await (isLogOut ? client : phone).StatusAsync(isLogOut ? HttpMethod.Post : HttpMethod.Delete, path);

        (await client.RefreshAsync()).Should().Be(HttpStatusCode.Unauthorized);
        (await phone.RefreshAsync()).Should().Be(HttpStatusCode.OK, "it has a family of its own");
    }

    [Test]
    public async Task Token_is_taken_until_its_own_expiry_whatever_the_setting_is_today()
    {
        await using var before = await Host.StartAsync(rotates: false);
        using var old = await before.LogInAsync();
        await using var host = await Host.StartAsync(after: before, services: services => services.Configure<BearerTokenOptions>(
            IdentityConstants.BearerScheme, options => options.RefreshTokenExpiration = TimeSpan.FromDays(1)));
        using var client = Take(host, old);
        (await client.RefreshAsync()).Should().Be(HttpStatusCode.OK);
        (await client.StatusAsync(HttpMethod.Post, "/logout")).Should().Be(HttpStatusCode.OK);
        host.Time.Advance(TimeSpan.FromDays(10));
        await host.Families.PruneAsync(host.Time.GetUtcNow());
        (await host.FamiliesAsync()).Should().BeEmpty();
        (await client.RefreshAsync(old.RefreshToken)).Should().Be(HttpStatusCode.Unauthorized);
    }

    [Test]
    public async Task Adoption_can_be_switched_off_and_access_tokens_are_no_refresh_tokens()
    {
        await using var before = await Host.StartAsync(rotates: false);
        using var old = await before.LogInAsync();
        await using (var host = await Host.StartAsync(after: before, configure: options => options.AdoptIdentityTokens = false))
        {
            using var client = Take(host, old);
            (await client.RefreshAsync()).Should().Be(HttpStatusCode.Unauthorized);
        }

        await using var adopting = await Host.StartAsync(after: before);
        using var other = Take(adopting, old);
        (await other.RefreshAsync(old.AccessToken)).Should().Be(HttpStatusCode.Unauthorized);
        (await adopting.FamiliesAsync()).Should().BeEmpty();
    }

    [Test]
    public async Task Ended_families_are_kept_while_the_token_from_before_is_valid()
    {
        await using var before = await Host.StartAsync(rotates: false);
        using var old = await before.LogInAsync();
        await using var host = await Host.StartAsync(after: before);
        using var client = Take(host, old);
        await client.RefreshAsync();
        (await client.StatusAsync(HttpMethod.Post, "/logout")).Should().Be(HttpStatusCode.OK);
        host.Time.Advance(TimeSpan.FromDays(13));
        (await host.Families.PruneAsync(host.Time.GetUtcNow())).Should().Be(0);
        (await client.RefreshAsync(old.RefreshToken)).Should().Be(HttpStatusCode.Unauthorized);
        host.Time.Advance(TimeSpan.FromDays(9));
        (await host.Families.PruneAsync(host.Time.GetUtcNow())).Should().Be(1);
    }

    private static Client Take(Host host, Client old)
    {
        var client = host.Connect();
        (client.AccessToken, client.RefreshToken) = (old.AccessToken, old.RefreshToken);
        return client;
    }
}
