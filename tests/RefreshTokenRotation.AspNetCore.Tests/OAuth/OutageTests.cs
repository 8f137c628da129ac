using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Testing;

namespace RefreshTokenRotation.AspNetCore.Tests;

/// <summary>What is down is answered with 503 and <c>Retry-After</c>; nothing is consumed, and no restart is needed.</summary>
public sealed class OutageTests
{
    [TestCase(StoreCall.Find)]
    [TestCase(StoreCall.CompareAndSwap)]
    public async Task Store_that_is_down_is_told_and_heals_without_restart(StoreCall call)
    {
        await using var host = await TestHost.StartAsync(setup => setup.Endpoints(options => options.RetryAfter = TimeSpan.FromSeconds(7)));
        var issued = await host.IssueAsync();
        host.Store.Plan = context => context.Call == call ? StoreFault.ThrowBeforeWrite : StoreFault.None;

        var down = await host.RefreshAsync(issued.RefreshToken.Reveal());
        host.Store.Heal();
        var up = await host.RefreshAsync(issued.RefreshToken.Reveal());

        ShouldBeUnavailable(down, "7");
        ((int)up.Status).Should().Be(200, up.Text);
        host.Logs.Of(301).Should().ContainSingle().Which.Level.Should().Be(LogLevel.Error);
    }

    [Test]
    public async Task Store_that_wrote_and_then_failed_costs_the_client_nothing()
    {
        await using var host = await TestHost.StartAsync();
        var issued = await host.IssueAsync();
        host.Store.OnNext(StoreCall.CompareAndSwap, StoreFault.ThrowAfterWrite);

        var answer = await host.RefreshAsync(issued.RefreshToken.Reveal());

        ((int)answer.Status).Should().Be(200, answer.Text);
        await host.ShouldStillExchangeAsync(answer.RefreshToken!);
    }

    [Test]
    public async Task Signer_that_throws_consumes_nothing_and_shows_nothing_of_its_exception()
    {
        await using var host = await TestHost.StartAsync();
        var issued = await host.IssueAsync();
        var failure = new InvalidOperationException("the key is in drawer 7");
        host.Issuer.Failure = failure;

        var down = await host.RefreshAsync(issued.RefreshToken.Reveal());
        host.Issuer.Failure = null;
        var up = await host.RefreshAsync(issued.RefreshToken.Reveal());

        ShouldBeUnavailable(down, "1");
        down.Text.Should().NotContain("drawer").And.NotContain("Exception");
        ((int)up.Status).Should().Be(200);
        host.Logs.Of(301).Should().ContainSingle().Which.Exception.Should().BeSameAs(failure);
    }

    [Test]
    public async Task Log_names_the_route_and_not_what_the_caller_wrote()
    {
        await using var host = await TestHost.StartAsync(setup => setup.Endpoints(options => options.TokenPath = "/{tenant}/token"));
        var issued = await host.IssueAsync();
        host.Issuer.Failure = new InvalidOperationException();

        await host.PostAsync("/a%0Aforged/token", $"grant_type=refresh_token&client_id=spa&refresh_token={issued.RefreshToken.Reveal()}");

        host.Logs.Of(301).Should().ContainSingle().Which.Message.Should().Contain("/{tenant}/token").And.NotContain("forged");
    }

    [Test]
    public async Task Client_store_that_throws_is_an_outage()
    {
        var store = new SwitchableStore();
        await using var host = await TestHost.StartAsync(setup =>
            setup.Build = rotation => rotation.Services.Replace(ServiceDescriptor.Singleton<IOAuthClientStore>(store)));
        var issued = await host.IssueAsync();
        store.IsDown = true;

        var down = await host.RefreshAsync(issued.RefreshToken.Reveal());
        store.IsDown = false;
        var up = await host.RefreshAsync(issued.RefreshToken.Reveal());

        ShouldBeUnavailable(down, "1");
        ((int)up.Status).Should().Be(200);
    }

    [Test]
    public async Task Api_store_that_throws_is_an_outage_and_consumes_nothing()
    {
        var store = new SwitchableStore();
        await using var host = await TestHost.StartAsync(setup =>
            setup.Build = rotation => rotation.Services.Replace(ServiceDescriptor.Singleton<IOAuthApiStore>(store)));
        var issued = await host.IssueAsync();
        store.IsDown = true;

        var down = await host.RefreshAsync(issued.RefreshToken.Reveal());
        store.IsDown = false;

        ShouldBeUnavailable(down, "1");
        await host.ShouldStillExchangeAsync(issued.RefreshToken);
    }

    [Test]
    public async Task Stores_that_compare_without_case_find_no_other_client()
    {
        await using var host = await TestHost.StartAsync(setup =>
            setup.Build = rotation => rotation.UseClientStore<CarelessStore>().UseApiStore<CarelessStore>());
        var issued = await host.IssueAsync();

        (await host.RefreshAsync(issued.RefreshToken.Reveal(), client: "SPA")).ShouldBeError(400, "invalid_client");
        (await host.RefreshAsync(issued.RefreshToken.Reveal())).ShouldBeError(400, "invalid_target"); // the API is another one
    }

    [Test]
    public async Task Body_that_never_ends_is_no_error_of_the_server()
    {
        await using var host = await TestHost.StartAsync();

        await host.SendRawAsync("POST /oauth/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\ngrant", hangUp: true);
        await host.RefreshAsync("x");
        await host.StopAsync();

        host.Logs.Entries.Should().NotContain(entry => entry.Level >= LogLevel.Error);
    }

    private static void ShouldBeUnavailable(Answer answer, string retryAfter)
    {
        answer.ShouldBeError(503, "temporarily_unavailable");
        answer.Header("Retry-After").Should().Be(retryAfter);
    }

    private sealed class SwitchableStore : IOAuthClientStore, IOAuthApiStore
    {
        public bool IsDown { get; set; }

        ValueTask<OAuthClient?> IOAuthClientStore.FindAsync(string clientId, string tenantId, CancellationToken cancellationToken) =>
            IsDown ? throw new TimeoutException() : new(new OAuthClient { ClientId = clientId });

        ValueTask<OAuthApi?> IOAuthApiStore.FindAsync(string audience, string tenantId, CancellationToken cancellationToken) =>
            IsDown ? ValueTask.FromException<OAuthApi?>(new TimeoutException()) : new(new OAuthApi { Audience = audience });
    }

    private sealed class CarelessStore : IOAuthClientStore, IOAuthApiStore
    {
        ValueTask<OAuthClient?> IOAuthClientStore.FindAsync(string clientId, string tenantId, CancellationToken cancellationToken) =>
            new(new OAuthClient { ClientId = clientId.ToLowerInvariant() });

        ValueTask<OAuthApi?> IOAuthApiStore.FindAsync(string audience, string tenantId, CancellationToken cancellationToken) =>
            new(new OAuthApi { Audience = audience.ToUpperInvariant(), AccessTokenLifetime = TimeSpan.FromHours(9) });
    }
}
