using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenIddict.Server;
using RefreshTokenRotation.Storage;

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
        services.AddSingleton<ITokenStore, InMemoryTokenStore>();
        services.AddSingleton<IRotationPolicyStore, InMemoryRotationPolicyStore>();
        await using var provider = services.BuildServiceProvider();
        var tokens = provider.GetRequiredService<IRefreshTokenService>();
        var request = new ExchangeRequest { RefreshToken = Adoption.OldTokens.Token, ClientId = "web" };
        (await tokens.ExchangeAsync(request)).Should().BeOfType<ExchangeResult.Succeeded>();
        (await tokens.ExchangeAsync(request)).Should().NotBeOfType<ExchangeResult.Succeeded>();
        provider.GetRequiredService<Adoption.OldTokens>().Deleted.Should().HaveCountGreaterThanOrEqualTo(byHash ? 1 : 0);
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
