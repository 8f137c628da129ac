using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RefreshTokenRotation.Identity.Tests.Support;

namespace RefreshTokenRotation.Identity.Tests;

/// <summary>A store that is away: 503 and Retry-After, and the client goes on afterwards with what it has.</summary>
[TestFixture]
internal sealed class OutageTests
{
    [Test]
    public async Task Outage_is_answered_with_503_and_consumes_nothing([Values("find", "swap")] string call)
    {
        await using var host = await Host.StartAsync(hasInterceptedStore: true);
        using var client = await host.LogInAsync();
        host.Store.Before = name => name == call ? throw new IOException("The store is away.") : Task.CompletedTask;

        using var response = await client.PostAsync("/refresh", new { refreshToken = client.RefreshToken });
        response.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        response.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(1));
        (await response.Content.ReadAsByteArrayAsync()).Should().BeEmpty();

        host.Store.Before = null;
        (await client.RefreshAsync()).Should().Be(HttpStatusCode.OK);
    }

    [Test]
    public async Task Log_in_access_and_sessions_are_answered_with_503()
    {
        await using var host = await Host.StartAsync(hasInterceptedStore: true);
        using var client = await host.LogInAsync();
        host.Store.Before = _ => throw new IOException("The store is away.");
        using var login = await client.PostAsync("/login", new { email = "alice@example.com", password = Host.Password });
        login.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        (await client.InfoAsync()).Should().Be(HttpStatusCode.ServiceUnavailable);
        (await client.StatusAsync(HttpMethod.Get, "/manage/sessions")).Should().Be(HttpStatusCode.ServiceUnavailable);
        host.Store.Before = name => name == "revoke" ? throw new IOException("The store is away.") : Task.CompletedTask;
        (await client.StatusAsync(HttpMethod.Post, "/logout")).Should().Be(HttpStatusCode.ServiceUnavailable);
        host.Store.Before = null;
        (await client.InfoAsync()).Should().Be(HttpStatusCode.OK);
    }

    [Test]
    public async Task User_who_may_not_go_on_is_asked_to_retry_until_the_family_has_ended()
    {
        await using var host = await Host.StartAsync(hasInterceptedStore: true);
        using var client = await host.LogInAsync();
        await host.ManageAsync((users, user) => users.UpdateSecurityStampAsync(user));
        host.Store.Before = name => name == "revoke" ? throw new IOException("The store is away.") : Task.CompletedTask;
        (await client.RefreshAsync()).Should().Be(HttpStatusCode.ServiceUnavailable);
        host.Store.Before = null;
        (await client.RefreshAsync()).Should().Be(HttpStatusCode.Unauthorized);
    }

    [Test]
    public async Task Time_limit_of_the_host_that_passes_during_the_write_does_not_lose_the_answer()
    {
        using var limit = new CancellationTokenSource();
        await using var host = await Host.StartAsync(hasInterceptedStore: true, map: endpoints =>
            endpoints.MapIdentityApi<TestUser>().AddEndpointFilter((invocation, next) =>
            {
                invocation.HttpContext.RequestAborted = limit.Token; // as the framework's request timeouts do
                return next(invocation);
            }));
        using var client = await host.LogInAsync();
        host.Store.Before = name => name == "swap" ? limit.CancelAsync() : Task.CompletedTask;

        (await client.RefreshAsync()).Should().Be(HttpStatusCode.OK);

        host.Store.Before = null;
        (await client.InfoAsync()).Should().Be(HttpStatusCode.OK);
    }
}
