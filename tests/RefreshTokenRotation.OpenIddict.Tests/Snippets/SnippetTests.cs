using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenIddict.Server;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.OpenIddict.Tests.Snippets;

/// <summary>What the README shows, compiled and run.</summary>
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

    [Test]
    public void Readme_code_is_compiled_code()
    {
        var readme = File.ReadAllText(Repository.PathOf("src", "RefreshTokenRotation.OpenIddict", "README.md"));
        var snippets = SnippetFiles.All("RefreshTokenRotation.OpenIddict.Tests");
        var blocks = Markdown.Blocks(readme).Where(block => block.Language == "csharp").ToList();
        blocks.Select(block => block.Mark).Should().BeEquivalentTo(snippets.Keys.Select(name => $"snippet: {name}"), "each is shown once");
        foreach (var block in blocks)
        {
            block.Text.Should().Be(snippets[block.Mark!["snippet: ".Length..]]);
        }
    }
}
