using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RefreshTokenRotation.Redis.Internal;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Redis.Tests.Snippets;

/// <summary>What the page shows, run.</summary>
[TestFixture]
internal sealed class SnippetTests
{
    [Test]
    public void Registrations_have_valid_options()
    {
        foreach (var register in new[] { Start.Register, Start.RegisterConnection, Start.RegisterReplicated })
        {
            var services = new ServiceCollection();
            register(services);
            using var provider = services.BuildServiceProvider();

            provider.GetRequiredService<IOptions<RedisStoreOptions>>().Value.KeyPrefix.Should().Be("rtr");
        }
    }

    [Test]
    public void Rights_on_the_page_are_those_that_the_start_asks_for() =>
        File.ReadAllText(Repository.PathOf("docs", "redis.md")).Should().Contain($"ACL SETUSER app on >password ~rtr:* -@all {StartFault.Commands}");
}
