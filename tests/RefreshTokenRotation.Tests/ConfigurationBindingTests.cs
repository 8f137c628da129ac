using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.Tests;

/// <summary>Hosts keep options in appsettings.</summary>
[TestFixture]
internal sealed class ConfigurationBindingTests
{
    [Test]
    public void Options_and_policies_bind_from_configuration()
    {
        var options = Bind(
            ("DefaultPolicy:Leeway", "00:00:05"),
            ("ClientPolicies:mobile:Leeway", "00:00:10"),
            ("ClientPolicies:mobile:RecoveryWindow", "1.00:00:00"),
            ("ClientPolicies:mobile:RotationType", "NonRotating"),
            ("ClientPolicies:mobile:MultiResource:0:Resource", "https://api2"),
            ("ClientPolicies:mobile:MultiResource:0:Scopes:0", "read"),
            ("FormerTokenPrefixes:0", "old_"));

        options.DefaultPolicy.Leeway.Should().Be(TimeSpan.FromSeconds(5));
        options.DefaultPolicy.IdleLifetime.Should().Be(TimeSpan.FromDays(15), "the rest of the default stays");
        var mobile = options.ClientPolicies["mobile"];
        mobile.RecoveryWindow.Should().Be(TimeSpan.FromDays(1));
        mobile.RotationType.Should().Be(RotationType.NonRotating);
        mobile.MultiResource.Should().ContainSingle().Which.Should().BeEquivalentTo(new ResourceScopes { Resource = "https://api2", Scopes = ["read"] });
        options.FormerTokenPrefixes.Should().Equal("old_");
    }

    [Test]
    public void A_configuration_that_is_bound_to_the_default_changes_no_preset()
    {
        Bind(("DefaultPolicy:Leeway", "00:00:05")).DefaultPolicy.Leeway.Should().Be(TimeSpan.FromSeconds(5));

        RotationPolicy.Strict.Leeway.Should().Be(TimeSpan.Zero);
        new RefreshTokenRotationOptions().DefaultPolicy.Leeway.Should().Be(TimeSpan.Zero);
    }

    private static RefreshTokenRotationOptions Bind(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
            .Build();
        var services = new ServiceCollection();
        services.AddRefreshTokenRotation();
        services.Configure<RefreshTokenRotationOptions>(configuration);
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<RefreshTokenRotationOptions>>().Value;
    }
}
