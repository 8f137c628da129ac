using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Sqlite.Tests.Snippets;

/// <summary>What the README shows, run.</summary>
[TestFixture]
internal sealed class SnippetTests
{
    [Test]
    public void Start_names_the_file_and_has_valid_options()
    {
        var services = new ServiceCollection();
        Start.Register(services);
        using var provider = services.BuildServiceProvider();

        provider.GetRequiredService<IOptions<SqliteStoreOptions>>().Value.DataSource.Should().Be("/var/lib/app/tokens.db");
    }

    [Test]
    public void Readme_code_is_compiled_code()
    {
        var readme = File.ReadAllText(Repository.PathOf("src", "RefreshTokenRotation.Sqlite", "README.md"));
        var snippets = SnippetFiles.All("RefreshTokenRotation.Sqlite.Tests");

        var blocks = Markdown.Blocks(readme).Where(block => block.Language == "csharp").ToList();

        blocks.Select(block => block.Mark).Should().BeEquivalentTo(snippets.Keys.Select(name => $"snippet: {name}"), "each is shown once");
        foreach (var block in blocks)
        {
            block.Text.Should().Be(snippets[block.Mark!["snippet: ".Length..]]);
        }
    }
}
