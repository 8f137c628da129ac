using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Jwt.Tests;

/// <summary>The tokens' settings from a configuration: what it says holds, and what can't be read stops the start.</summary>
[TestFixture]
internal sealed class JwtConfigurationTests
{
    private static readonly string[] InCodeOnly = [nameof(JwtAccessTokenOptions.SelectConfirmation)];

    [Test]
    public void Every_setting_is_read()
    {
        var options = Read(
            ("Issuer", "https://id.example/"), ("AccessTokenLifetime", "5m"), ("IdTokenLifetime", "PT1H"), ("DefaultAudience", "https://api.example/"),
            ("TenantClaim", "tid"), ("KeyFolder", "keys"), ("KeyFolderPassword", "secret"), ("KeyRefreshInterval", "1m"), ("GenerateDevelopmentKey", "true"),
            ("DevelopmentKeyFolder", "dev"), ("DevelopmentKeyAlgorithm", "ES256"), ("AllowDevelopmentKeyEverywhere", "true"));

        (options.Issuer, options.DefaultAudience, options.TenantClaim, options.KeyFolder, options.KeyFolderPassword, options.DevelopmentKeyFolder)
            .Should().Be(("https://id.example/", "https://api.example/", "tid", "keys", "secret", "dev"));
        (options.AccessTokenLifetime, options.IdTokenLifetime, options.KeyRefreshInterval)
            .Should().Be((TimeSpan.FromMinutes(5), TimeSpan.FromHours(1), TimeSpan.FromMinutes(1)));
        (options.GenerateDevelopmentKey, options.DevelopmentKeyAlgorithm, options.AllowDevelopmentKeyEverywhere).Should().Be((true, SigningAlgorithm.ES256, true));
    }

    [TestCase("Isuer", "x", "Tokens:Isuer is not a known setting. Known are: *Issuer*")]
    [TestCase("AccessTokenLifetime", "5", "Tokens:AccessTokenLifetime ('5') must be a duration with its unit*")]
    [TestCase("AccessTokenLifetime", "00:05:00", "Tokens:AccessTokenLifetime ('00:05:00') must be a duration with its unit*")]
    [TestCase("DevelopmentKeyAlgorithm", "HS256", "Tokens:DevelopmentKeyAlgorithm ('HS256') must be one of RS256, PS256, ES256.")]
    [TestCase("KeyFolder", "", "Tokens:KeyFolder ('') must not be empty.")]
    public void What_can_not_be_read_stops_the_start_and_names_its_path(string name, string value, string message)
    {
        var read = () => Read((name, value));

        read.Should().Throw<OptionsValidationException>().Which.Failures.Should().ContainMatch(message);
    }

    [Test]
    public void Schema_for_editors_has_every_setting()
    {
        using var schema = JsonDocument.Parse(File.ReadAllText(Repository.PathOf("src", "RefreshTokenRotation.Jwt", "ConfigurationSchema.json")));

        schema.RootElement.GetProperty("properties").GetProperty("JwtAccessTokens").GetProperty("properties").EnumerateObject().Select(member => member.Name)
            .Should().BeEquivalentTo(typeof(JwtAccessTokenOptions).GetProperties().Select(property => property.Name).Except(InCodeOnly));
    }

    private static JwtAccessTokenOptions Read(params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"Tokens:{setting.Name}", (string?)setting.Value)))
            .Build();
        var services = new ServiceCollection();
        services.AddRefreshTokenRotation().UseJwtAccessTokens(configuration.GetSection("Tokens"));
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<JwtAccessTokenOptions>>().Value;
    }
}
