using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenIddict.Server;
using RefreshTokenRotation.OpenIddict.Tests.Support;
using RefreshTokenRotation.PostgreSql.Tests;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.OpenIddict.Tests;

/// <summary>An outage is 503 and costs nobody a session; a server that can't hold families does not start.</summary>
[TestFixture]
internal sealed class OutageTests
{
    [TestCase("find")]
    [TestCase("swap")]
    public async Task Outage_of_the_store_is_503_and_consumes_nothing(string call)
    {
        var store = new InterceptingStore();
        await using var host = await OpenIddictHost.StartAsync(
            await OpenIddictHost.CreateDatabaseAsync(TestServer.ConnectionString),
            RotationPolicy.Strict,
            configureFamilies: builder => builder.Services.AddSingleton<ITokenStore>(store));
        var token = (await host.Client.LogInAsync()).RefreshToken;
        store.Before = name => name == call ? throw new IOException("the store is down") : Task.CompletedTask;
        var outage = await host.Client.RefreshAsync(token);
        outage.Status.Should().Be(HttpStatusCode.ServiceUnavailable);
        outage.Text("error").Should().Be("temporarily_unavailable");
        store.Before = null;
        (await host.Client.RefreshAsync(token)).IsOk.Should().BeTrue();
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Server_without_token_entries_fails_validation(bool degraded)
    {
        var services = new ServiceCollection();
        services.AddOpenIddict().AddServer(static _ => { }).UseRefreshTokenRotation();
        using var provider = services.BuildServiceProvider();
        var options = new OpenIddictServerOptions { EnableDegradedMode = degraded, DisableTokenStorage = !degraded };

        var failures = provider.GetServices<IValidateOptions<OpenIddictServerOptions>>().SelectMany(validator => validator.Validate(name: null, options).Failures ?? []);

        failures.Should().ContainSingle().Which.Should().Contain(degraded ? "EnableDegradedMode" : "DisableTokenStorage");
    }
}
