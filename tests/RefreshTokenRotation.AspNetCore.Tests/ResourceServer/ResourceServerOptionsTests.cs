using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Tests.ResourceServer;

[TestFixture]
internal sealed class ResourceServerOptionsTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    private static IEnumerable<TestCaseData> Bounds =>
    [
        Case(nameof(ResourceServerOptions.CacheTime), options => options.CacheTime = -Tick, options => options.CacheTime = TimeSpan.Zero),
        Case(nameof(ResourceServerOptions.CacheTime), options => options.CacheTime = TimeSpan.FromHours(1) + Tick, options => options.CacheTime = TimeSpan.FromHours(1)),
        Case(nameof(ResourceServerOptions.SourceTimeout), options => options.SourceTimeout = TimeSpan.FromMilliseconds(10) - Tick, options => options.SourceTimeout = TimeSpan.FromMilliseconds(10)),
        Case(nameof(ResourceServerOptions.SourceTimeout), options => options.SourceTimeout = TimeSpan.FromMinutes(1) + Tick, options => options.SourceTimeout = TimeSpan.FromMinutes(1)),
        Case(nameof(ResourceServerOptions.CacheEntries), options => options.CacheEntries = 99, options => options.CacheEntries = 100),
        Case(nameof(ResourceServerOptions.CacheEntries), options => options.CacheEntries = 10_000_001, options => options.CacheEntries = 10_000_000),
        Case(nameof(ResourceServerOptions.RetryAfter), options => options.RetryAfter = TimeSpan.FromSeconds(1.5), options => options.RetryAfter = TimeSpan.FromSeconds(1)),
        Case(nameof(ResourceServerOptions.RetryAfter), options => options.RetryAfter = TimeSpan.FromSeconds(3601), options => options.RetryAfter = TimeSpan.FromHours(1)),
        Case(nameof(ResourceServerOptions.FamilyClaim), options => options.FamilyClaim = "", options => options.FamilyClaim = "f"),
        Case(nameof(TenantOptions.TenantClaim), options => options.FamilyClaim = "org_id", options => options.FamilyClaim = "t"),
        Case(nameof(ResourceServerOptions.ResolveAccessToken), options => options.ResolveAccessToken = null!, options => options.ResolveAccessToken = _ => null),
    ];

    [TestCaseSource(nameof(Bounds))]
    public void Value_beyond_its_bound_is_refused_by_name_and_the_bound_is_not(
        string option, Action<ResourceServerOptions> beyond, Action<ResourceServerOptions> within)
    {
        FluentActions.Invoking(() => Read(beyond)).Should().Throw<OptionsValidationException>().WithMessage($"*{option}*");
        FluentActions.Invoking(() => Read(within)).Should().NotThrow();
    }

    [TestCase(null, "c", "s", "Endpoint")]
    [TestCase("http://login.example/introspect", "c", "s", "Endpoint")]
    [TestCase("https://user@login.example/introspect", "c", "s", "Endpoint")]
    [TestCase("/introspect", "c", "s", "Endpoint")]
    [TestCase("https://login.example/introspect", "", "s", "ClientId")]
    [TestCase("https://login.example/introspect", "c", "", "ClientSecret")]
    [TestCase("https://login.example/introspect", "c", "s", null)]
    [TestCase("http://127.0.0.1:5000/introspect", "c", "s", null)]
    public void Introspection_wants_a_safe_address_and_a_client(string? endpoint, string client, string secret, string? wrong)
    {
        var services = new ServiceCollection();
        services.AddResourceServer().UseIntrospection(options => (options.Endpoint, options.ClientId, options.ClientSecret) =
            (endpoint is null ? null : new Uri(endpoint, UriKind.RelativeOrAbsolute), client, secret));
        using var provider = services.BuildServiceProvider();
        var read = provider.Invoking(static provider => provider.GetRequiredService<IOptions<IntrospectionSourceOptions>>().Value);

        if (wrong is null)
        {
            read.Should().NotThrow();
        }
        else
        {
            read.Should().Throw<OptionsValidationException>().WithMessage($"*{wrong}*");
        }
    }

    [Test]
    public void Last_choice_of_a_source_wins_and_so_does_the_hosts_own()
    {
        var services = new ServiceCollection();
        services.AddResourceServer().UseIntrospection(static _ => { }).UseStatusSource<ScriptedSource>();
        services.AddResourceServer();
        using var provider = services.BuildServiceProvider();

        provider.GetRequiredService<IAccessTokenStatusSource>().Should().BeOfType<ScriptedSource>();
    }

    private static TestCaseData Case(string option, Action<ResourceServerOptions> beyond, Action<ResourceServerOptions> within) =>
        new(option, beyond, within);

    private static ResourceServerOptions Read(Action<ResourceServerOptions> configure)
    {
        var services = new ServiceCollection();
        services.AddResourceServer(configure);
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<ResourceServerOptions>>().Value;
    }
}
