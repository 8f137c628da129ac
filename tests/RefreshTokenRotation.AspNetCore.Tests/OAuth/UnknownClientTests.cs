using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.OAuth;

/// <summary>A policy of the options whose client does not exist is most often a misspelt id.</summary>
public sealed class UnknownClientTests
{
    [Test]
    public async Task Policies_of_clients_that_are_not_registered_are_named_once_at_the_start()
    {
        await using var host = await TestHost.StartAsync(setup => setup.Rotation(Configure));

        var warnings = host.Logs.Of(305).ToArray();
        warnings.Should().NotContain(entry => entry.Level != LogLevel.Warning);
        warnings.Select(entry => entry.Message).Should().SatisfyRespectively(
            first => first.Should().Contain("'SPA'").And.Contain($"The clients are {Clients.Public}, "), second => second.Should().Contain("'gone'"));
    }

    [Test]
    public async Task Plain_log_in_has_one_client()
    {
        await using var host = await TestHost.StartAsync(setup =>
        {
            setup.Rotation(options => (options.ClientPolicies["app"], options.ClientPolicies["spa"]) = (RotationPolicy.Spa, RotationPolicy.Spa));
            setup.Endpoints(static options => options.Clients.Clear());
            setup.Build = static rotation => rotation.AddRefreshTokenApi();
        });

        host.Logs.Of(305).Should().ContainSingle().Which.Message.Should().Contain("'spa'").And.Contain("The clients are app.");
    }

    [Test]
    public async Task Clients_of_the_hosts_own_store_are_its_affair()
    {
        await using var host = await TestHost.StartAsync(setup =>
        {
            setup.Rotation(Configure);
            setup.Build = rotation => rotation.UseClientStore<NoClients>();
        });

        host.Logs.Of(305).Should().BeEmpty();
    }

    private static void Configure(RefreshTokenRotationOptions options)
    {
        options.ClientPolicies[Clients.Public] = RotationPolicy.Spa;
        options.ClientPolicies["SPA"] = RotationPolicy.Spa;
        options.ClientResourcePolicies[(Clients.Public, "https://api.example")] = RotationPolicy.Mobile;
        options.ClientResourcePolicies[("SPA", "https://api.example")] = RotationPolicy.Mobile;
        options.ClientResourcePolicies[("gone", "https://api.example")] = RotationPolicy.Mobile;
    }

    private sealed class NoClients : IOAuthClientStore
    {
        public ValueTask<OAuthClient?> FindAsync(string clientId, string tenantId, CancellationToken cancellationToken) => new((OAuthClient?)null);
    }
}
