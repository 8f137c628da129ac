using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.Sqlite.Tests.Snippets;

/// <summary>What the pages show, run.</summary>
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
}
