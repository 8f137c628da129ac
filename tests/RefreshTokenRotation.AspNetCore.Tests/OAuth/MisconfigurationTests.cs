using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.OAuth;

/// <summary>What is configured wrong is said, and by the name of the setting to change.</summary>
[TestFixture]
internal sealed class MisconfigurationTests
{
    [Test]
    public async Task Grant_type_that_nothing_handles_is_named_with_those_that_are()
    {
        await using var host = await TestHost.StartAsync(setup =>
        {
            setup.Endpoints(OneClient("refresh_token", "pasword"));
            setup.Build = static rotation => new StubGrantHandler { GrantType = "password" }.AddTo(rotation);
        });

        ShouldWarn(host, 331, "The client app may use the grant type 'pasword', but nothing handles it: correct OAuthClient.GrantTypes, or call "
            + "AddGrantTypeHandler<T>(). Handled: refresh_token, password");
        ShouldWarn(host, 332, "The grant type 'password' is handled, but no client may use it: add it to OAuthClient.GrantTypes");
    }

    [Test]
    public async Task Client_that_may_introspect_nothing_is_named()
    {
        await using var host = await TestHost.StartAsync(setup => setup.Endpoints(options =>
        {
            options.Clients.Clear();
            options.Clients.Add(Introspecting("none"));
            options.Clients.Add(Introspecting("all", client => client.IntrospectsAllTokens = true));
            options.Clients.Add(Introspecting("one", client => client.Audiences = ["https://api.example"]));
        }));

        ShouldWarn(host, 348, "The client none may introspect, but has neither Audiences nor IntrospectsAllTokens*");
    }

    [Test]
    public async Task Endpoints_without_clients_are_named()
    {
        await using var host = await TestHost.StartAsync(setup => setup.Endpoints(static options => options.Clients.Clear()));

        ShouldWarn(host, 333, "There are no clients*RefreshTokenEndpointOptions.Clients*UseClientStore<T>()");
    }

    [Test]
    public async Task Endpoints_that_nobody_mapped_are_named()
    {
        await using var host = await TestHost.StartAsync(setup =>
        {
            setup.Build = static rotation => rotation.AddRefreshTokenApi();
            setup.Map = static _ => { };
        });

        ShouldWarn(host, 334, "AddEndpoints() was called*MapRefreshTokenRotation()*");
        ShouldWarn(host, 338, "AddRefreshTokenApi() was called*MapRefreshTokenApi()*");
    }

    [Test]
    public async Task Host_that_is_configured_right_warns_of_nothing()
    {
        await using var host = await TestHost.StartAsync(setup =>
        {
            setup.Endpoints(OneClient("refresh_token", StubGrantHandler.Type));
            setup.Build = static rotation => new StubGrantHandler().AddTo(rotation);
        });

        host.Logs.Entries.Where(entry => entry.Level >= LogLevel.Warning).Should().BeEmpty();
    }

    [Test]
    public async Task Log_in_without_refresh_token_says_why_once()
    {
        await using var host = await TestHost.StartAsync(setup =>
        {
            setup.Endpoints(static options =>
            {
                options.Clients.Clear();
                options.Clients.Add(new OAuthClient { ClientId = "app", GrantTypes = ["refresh_token", StubGrantHandler.Type] });
                options.Clients.Add(new OAuthClient { ClientId = "once", GrantTypes = [StubGrantHandler.Type] });
            });
            setup.Build = static rotation => new StubGrantHandler().AddTo(rotation);
        });

        for (var i = 0; i < 2; i++)
        {
            await LogInAsync(host, "app", "read");
            await LogInAsync(host, "app", $"read+offline_access&resource={Clients.OnlineApi}");
            await LogInAsync(host, "once", "read+offline_access");
            await LogInAsync(host, "once", "read");
            (await LogInAsync(host, "app", "read+offline_access")).RefreshToken.Should().NotBeNull();
        }

        Message(host, 335).Should().Be(
            "The client app got no refresh token, although its OAuthClient.GrantTypes include refresh_token: the granted scope lacks offline_access");
        Message(host, 336).Should().Be(
            "The client once got no refresh token, although the scope includes offline_access: its OAuthClient.GrantTypes lack refresh_token");
        Message(host, 337).Should().Be($"The client app got no refresh token: OAuthApi.AllowOfflineAccess of {Clients.OnlineApi} is false");
    }

    [Test]
    public async Task Secret_without_its_authentication_method_stops_the_start()
    {
        var start = () => TestHost.StartAsync(setup => setup.Endpoints(static options =>
            options.Clients.Add(new OAuthClient { ClientId = "app", SecretHashes = [ClientSecret.Hash("secret")] })));

        (await start.Should().ThrowAsync<OptionsValidationException>())
            .WithMessage("*Clients['app'] has 1 SecretHashes and the AuthenticationMethod None: secrets and ClientSecret belong together*");
    }

    [TestCase("Development")]
    [TestCase("Production")]
    public async Task Missing_access_token_issuer_is_named_in_every_environment(string environment)
    {
        var start = () => TestHost.StartAsync(setup =>
        {
            setup.Environment = environment;
            setup.UseStubIssuer = false;
        });
        var startApi = () => TestHost.StartAsync(setup =>
        {
            setup.Environment = environment;
            setup.UseStubIssuer = false;
            setup.Build = static rotation =>
            {
                rotation.AddRefreshTokenApi();
                rotation.Services.AddAuthentication();
                rotation.Services.AddAuthorization();
            };
            setup.Map = static endpoints => endpoints.MapRefreshTokenApi();
        });

        (await start.Should().ThrowAsync<InvalidOperationException>()).WithMessage("No IAccessTokenIssuer is registered: call UseJwtAccessTokens(...)*");
        (await startApi.Should().ThrowAsync<OptionsValidationException>()).WithMessage("No IAccessTokenIssuer is registered: call UseJwtAccessTokens(...)*");
    }

    [Test]
    public async Task Part_that_can_not_be_scoped_stops_the_start()
    {
        var start = () => TestHost.StartAsync(static setup =>
            setup.Build = static rotation => rotation.Services.AddScoped<IOAuthClientStore, NoClients>());

        (await start.Should().ThrowAsync<InvalidOperationException>()).WithMessage("IOAuthClientStore is registered as scoped*IServiceScopeFactory*");
    }

    private static Action<RefreshTokenEndpointOptions> OneClient(params string[] grantTypes) => options =>
    {
        options.Clients.Clear();
        options.Clients.Add(new OAuthClient { ClientId = "app", GrantTypes = grantTypes });
    };

    private static OAuthClient Introspecting(string id, Action<OAuthClient>? change = null)
    {
        var client = new OAuthClient
        {
            ClientId = id,
            AuthenticationMethod = ClientAuthenticationMethod.ClientSecret,
            SecretHashes = [ClientSecret.Hash("secret")],
            AllowIntrospection = true,
        };
        change?.Invoke(client);
        return client;
    }

    private static Task<Answer> LogInAsync(TestHost host, string client, string scope) =>
        host.TokenAsync($"grant_type={StubGrantHandler.Type}&client_id={client}&scope={scope}");

    private static void ShouldWarn(TestHost host, int id, string message)
    {
        var entry = host.Logs.Of(id).Should().ContainSingle().Subject;
        entry.Level.Should().Be(LogLevel.Warning);
        entry.Message.Should().Match(message);
    }

    private static string Message(TestHost host, int id) => host.Logs.Of(id).Should().ContainSingle().Subject.Message;

    private sealed class NoClients : IOAuthClientStore
    {
        public ValueTask<OAuthClient?> FindAsync(string clientId, string tenantId, CancellationToken cancellationToken) => new((OAuthClient?)null);
    }
}
