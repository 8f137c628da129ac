using System.Reflection;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Documentation;

/// <summary>The page on policies says what the presets are, and its configuration is read.</summary>
[TestFixture]
internal sealed class PolicyPageTests
{
    private static readonly string Page = Repository.PathOf("docs", "policies.md");

    [Test]
    public void Page_lists_every_preset_with_its_values()
    {
        var presets = typeof(RotationPolicy).GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Where(property => property.PropertyType == typeof(RotationPolicy))
            .Select(property => Row(property.Name, (RotationPolicy)property.GetValue(null)!));

        var listed = File.ReadLines(Page)
            .Where(line => line.StartsWith("| `RotationPolicy.", StringComparison.Ordinal))
            .Select(line => string.Join(" | ", line.Split('|', StringSplitOptions.TrimEntries)[1..7]));

        listed.Should().BeEquivalentTo(presets);
    }

    [Test]
    public void Configuration_of_the_page_is_valid()
    {
        var json = Markdown.Blocks(File.ReadAllText(Page)).Single(block => block.Language == "json").Text;
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(json));
        var configuration = new ConfigurationBuilder().AddJsonStream(stream).Build();
        var services = new ServiceCollection();
        services.AddRefreshTokenRotation(configuration.GetSection("RefreshTokenRotation"));
        using var provider = services.BuildServiceProvider();

        var options = provider.GetRequiredService<IOptions<RefreshTokenRotationOptions>>().Value;

        options.ClientPolicies["spa"].Should().Be(RotationPolicy.Spa with { ActiveCap = 5 });
        options.ClientPolicies["phone"].Should().Be(RotationPolicy.Mobile);
        options.ResourcePolicies["https://api.example/payments"].IdleLifetime.Should().Be(TimeSpan.FromMinutes(15));
    }

    private static string Row(string name, RotationPolicy policy) => string.Join(
        " | ",
        $"`RotationPolicy.{name}`{(policy == new RefreshTokenRotationOptions().DefaultPolicy ? " (default)" : string.Empty)}",
        policy.RotationType == RotationType.Rotating ? "yes" : "no",
        Words(policy.Leeway),
        Words(policy.RecoveryWindow),
        Words(policy.IdleLifetime ?? TimeSpan.Zero),
        Words(policy.AbsoluteLifetime));

    private static string Words(TimeSpan time) =>
        time == TimeSpan.Zero ? "off"
        : time < TimeSpan.FromDays(1) ? $"{time.TotalSeconds} s"
        : time == TimeSpan.FromDays(1) ? "1 day"
        : $"{time.TotalDays} days";
}
