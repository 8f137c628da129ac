using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.PostgreSql.Tests.Snippets;

/// <summary>What the page shows, run.</summary>
[TestFixture]
internal sealed class SnippetTests
{
    [Test]
    public void Start_has_valid_options()
    {
        var services = new ServiceCollection();
        Start.Register(services);
        using var provider = services.BuildServiceProvider();

        provider.GetRequiredService<IOptions<PostgreSqlStoreOptions>>().Value.CreateSchema.Should().BeTrue();
    }

    [Test]
    public void Data_source_of_the_host_is_a_choice_of_the_store()
    {
        var services = new ServiceCollection();

        services.Invoking(Start.RegisterDataSource).Should().NotThrow();
    }
}
