using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenIddict.Server;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.OpenIddict.Tests.Snippets;

/// <summary>What the pages show, compiled and run.</summary>
[TestFixture]
internal sealed class SnippetTests
{
    [Test]
    public void Snippet_puts_families_in_place_of_refresh_tokens()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        Start.Register(services, "Host=127.0.0.1");
        using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<IOptions<RefreshTokenRotationOptions>>().Value.DefaultPolicy.Should().Be(RotationPolicy.Spa);
        services.Should().NotContain(service => service.ServiceType == typeof(OpenIddictServerHandlers.GenerateRefreshToken));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Snippets_adopt_a_token_once(bool byHash)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        if (byHash)
        {
            Adoption.AddHashes(services, "Host=127.0.0.1");
        }
        else
        {
            services.AddRefreshTokenRotation().AddLegacyTokenSource<Adoption.OldTokenSource>();
        }

        services.AddSingleton<Adoption.OldTokens>();
        var store = new InterceptingStore();
        services.AddSingleton<ITokenStore>(store);
        services.AddSingleton<IRotationPolicyStore, InMemoryRotationPolicyStore>();
        await using var provider = services.BuildServiceProvider();
        var tokens = provider.GetRequiredService<IRefreshTokenService>();
        var request = new ExchangeRequest { RefreshToken = Adoption.OldTokens.Token, ClientId = "web" };
        store.Before = name => name == "swap" ? throw new IOException("The node is gone.") : Task.CompletedTask;
        await FluentActions.Awaiting(() => tokens.ExchangeAsync(request).AsTask()).Should().ThrowAsync<RefreshTokenUnavailableException>();
        provider.GetRequiredService<Adoption.OldTokens>().IsRetired.Should().Be(byHash);
        store.Before = null;

        (await tokens.ExchangeAsync(request)).Should().BeOfType<ExchangeResult.Succeeded>("a retry after a crash goes on");
        (await tokens.ExchangeAsync(request)).Should().BeOfType<ExchangeResult.Rejected>().Which.Reason.Should().Be(RejectionReason.ReuseDetected);
    }

    [Test]
    public void Snippet_reads_persisted_grants()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        Adoption.AddPersistedGrants(services, "Host=127.0.0.1", "Host=127.0.0.1");
        using var provider = services.BuildServiceProvider();
        provider.GetServices<ILegacyTokenSource>().Should().ContainSingle();
    }
}
