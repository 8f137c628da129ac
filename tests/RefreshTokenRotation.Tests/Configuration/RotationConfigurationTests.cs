using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Configuration;

/// <summary>Settings that come from a file: what it says holds, and what can't be read stops the start.</summary>
[TestFixture]
internal sealed class RotationConfigurationTests
{
    [Test]
    public void Every_setting_is_read()
    {
        var options = Options("""
            {
              "TokenPrefix": "acme_", "FormerTokenPrefixes": ["rtr_", "old_"], "MaximumLifetime": "400d", "MaximumLeeway": "2h",
              "AllowRotatingNonExpiring": true, "EventQueueCapacity": 5, "EventDrainTimeout": "1m",
              "DefaultPolicy": "Mobile",
              "ClientPolicies": {
                "spa": { "Preset": "spa", "Leeway": "30s" },
                "agent": { "Preset": "Agents", "LeewayGenerations": 16 },
                "legacy": {
                  "RotationType": "non-rotating", "ExpirationType": "NonExpiring", "AbsoluteLifetime": "P20D", "IdleLifetime": "none",
                  "InfiniteAbsoluteLifetime": true, "InfiniteIdleLifetime": true, "Leeway": "10s", "RecoveryWindow": "1h", "ShadowMode": true,
                  "ActiveCap": 3, "ReuseResponse": "UserAndClient", "MultiResource": [{ "Resource": "https://a", "Scopes": ["x", "y"] }, { "Resource": "https://b" }]
                },
                "any": { "ClientId": "with:colon", "RotationType": "reusable" }
              },
              "ResourcePolicies": [{ "Resource": "https://api", "Preset": "FapiRotating" }],
              "ClientResourcePolicies": [{ "ClientId": "spa", "Resource": "https://api", "Preset": "Fapi" }]
            }
            """);

        options.TokenPrefix.Should().Be("acme_");
        options.FormerTokenPrefixes.Should().Equal("rtr_", "old_");
        (options.MaximumLifetime, options.MaximumLeeway).Should().Be((TimeSpan.FromDays(400), TimeSpan.FromHours(2)));
        (options.AllowRotatingNonExpiring, options.EventQueueCapacity, options.EventDrainTimeout).Should().Be((true, 5, TimeSpan.FromMinutes(1)));
        options.DefaultPolicy.Should().Be(RotationPolicy.Mobile);
        options.ClientPolicies.Keys.Should().BeEquivalentTo("spa", "agent", "legacy", "with:colon");
        options.ClientPolicies["agent"].Should().Be(RotationPolicy.Agents with { LeewayGenerations = 16 });
        options.ClientPolicies["spa"].Should().Be(RotationPolicy.Spa with { Leeway = TimeSpan.FromSeconds(30) });
        options.ClientPolicies["with:colon"].Should().Be(RotationPolicy.Strict with { RotationType = RotationType.NonRotating });
        options.ClientPolicies["legacy"].Should().BeEquivalentTo(new RotationPolicy
        {
            RotationType = RotationType.NonRotating,
            ExpirationType = ExpirationType.NonExpiring,
            AbsoluteLifetime = TimeSpan.FromDays(20),
            IdleLifetime = null,
            InfiniteAbsoluteLifetime = true,
            InfiniteIdleLifetime = true,
            Leeway = TimeSpan.FromSeconds(10),
            RecoveryWindow = TimeSpan.FromHours(1),
            ShadowMode = true,
            ActiveCap = 3,
            ReuseResponse = ReuseResponse.UserAndClient,
            MultiResource = [new ResourceScopes { Resource = "https://a", Scopes = ["x", "y"] }, new ResourceScopes { Resource = "https://b" }],
        });
        options.ResourcePolicies.Should().ContainSingle().Which.Should().Be(KeyValuePair.Create("https://api", RotationPolicy.FapiRotating));
        options.ClientResourcePolicies.Should().ContainSingle().Which.Should().Be(KeyValuePair.Create(("spa", "https://api"), RotationPolicy.Fapi));
    }

    [Test]
    public void Entry_without_a_preset_begins_from_Strict()
    {
        var options = Options("""{ "ClientPolicies": { "spa": { "Leeway": "10s" } } }""");

        options.ClientPolicies["spa"].IdleLifetime.Should().Be(RotationPolicy.Strict.IdleLifetime).And.NotBeNull();
    }

    [TestCase("{}")]
    [TestCase("""{ "Rotaton": { "DefaultPolicy": "Spa" } }""")]
    [TestCase("""{ "Rotation": {} }""")]
    public void Section_that_is_missing_or_empty_stops_the_start_and_names_its_path(string json)
    {
        var configuration = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build();
        var services = new ServiceCollection();
        services.AddRefreshTokenRotation(configuration.GetSection("Rotation"));
        using var provider = services.BuildServiceProvider();

        var start = () => provider.GetRequiredService<IOptions<RefreshTokenRotationOptions>>().Value;

        start.Should().Throw<OptionsValidationException>().Which.Failures.Should().ContainSingle().Which.Should().Be("Rotation is no section of the configuration, or an empty one.");
    }

    [TestCase("""{ "Leway": "10s" }""", "Rotation:Leway is not a known setting. Known are: AllowRotatingNonExpiring, ")]
    [TestCase("""{ "ClientPolices": { "spa": { } } }""", "Rotation:ClientPolices is not a known setting")]
    [TestCase("""{ "DefaultPolicy": { "Leeway": "10" } }""", "Rotation:DefaultPolicy:Leeway ('10') must be a duration with its unit")]
    [TestCase("""{ "DefaultPolicy": { "Leeway": 10 } }""", "Rotation:DefaultPolicy:Leeway ('10') must be a duration with its unit")]
    [TestCase("""{ "ClientPolicies": { "spa": { "AbsoluteLifetime": "24:00:00" } } }""", "Rotation:ClientPolicies:spa:AbsoluteLifetime ('24:00:00') must be a duration")]
    [TestCase("""{ "ClientPolicies": { "spa": { "Leway": "10s" } } }""", "Rotation:ClientPolicies:spa:Leway is not a known setting")]
    [TestCase("""{ "ClientPolicies": { "spa": "Spaa" } }""", "Rotation:ClientPolicies:spa ('Spaa') must be a section, or one of Strict, Spa, ")]
    [TestCase("""{ "ClientPolicies": { "spa": { "Preset": "Spaa" } } }""", "Rotation:ClientPolicies:spa:Preset ('Spaa') must be one of Strict, Spa, ")]
    [TestCase("""{ "ClientPolicies": "spa" }""", "Rotation:ClientPolicies ('spa') must be a list of entries")]
    [TestCase("""{ "DefaultPolicy": { "ActiveCap": "many" } }""", "Rotation:DefaultPolicy:ActiveCap ('many') must be a whole number")]
    [TestCase("""{ "DefaultPolicy": { "ShadowMode": "on" } }""", "Rotation:DefaultPolicy:ShadowMode ('on') must be true or false")]
    [TestCase("""{ "DefaultPolicy": { "RotationType": "sometimes" } }""", "Rotation:DefaultPolicy:RotationType ('sometimes') must be one of Rotating, NonRotating, Reusable")]
    [TestCase("""{ "DefaultPolicy": { "RotationType": "1" } }""", "Rotation:DefaultPolicy:RotationType ('1') must be one of")]
    [TestCase("""{ "DefaultPolicy": { "Leeway": { "Seconds": 10 } } }""", "Rotation:DefaultPolicy:Leeway must be a single value")]
    [TestCase("""{ "TokenPrefix": "" }""", "Rotation:TokenPrefix ('') must not be empty")]
    [TestCase("""{ "FormerTokenPrefixes": "rtr_" }""", "Rotation:FormerTokenPrefixes ('rtr_') must be a list")]
    [TestCase("""{ "FormerTokenPrefixes": [""] }""", "Rotation:FormerTokenPrefixes:0 must be a text that is not empty")]
    [TestCase("""{ "ResourcePolicies": [{ "Preset": "Spa" }] }""", "Rotation:ResourcePolicies:0 needs the setting Resource")]
    [TestCase("""{ "ClientResourcePolicies": [{ "Resource": "https://api" }] }""", "Rotation:ClientResourcePolicies:0 needs the setting ClientId")]
    [TestCase("""{ "DefaultPolicy": { "MultiResource": [{ "Scopes": ["a"] }] } }""", "Rotation:DefaultPolicy:MultiResource:0 needs the setting Resource")]
    [TestCase("""{ "DefaultPolicy": { "Leeway": "2h" } }""", "DefaultPolicy: Leeway (02:00:00) must be between 00:00:00 and MaximumLeeway (01:00:00)")]
    public void Setting_that_is_wrong_stops_the_start_and_names_its_path(string json, string message)
    {
        var start = () => Options(json);

        start.Should().Throw<OptionsValidationException>().Which.Failures.Should().ContainSingle().Which.Should().StartWith(message);
    }

    [Test]
    public void All_failures_are_reported_at_once()
    {
        var start = () => Options("""{ "A": 1, "DefaultPolicy": { "B": 1, "Leeway": "x" }, "MaximumLifetime": "1" }""");

        start.Should().Throw<OptionsValidationException>().Which.Failures.Should().HaveCount(4);
    }

    [Test]
    public void Code_after_the_configuration_wins()
    {
        var services = new ServiceCollection();
        services.AddRefreshTokenRotation(Section("""{ "TokenPrefix": "acme_" }"""));
        services.Configure<RefreshTokenRotationOptions>(options => options.TokenPrefix += "x_");
        using var provider = services.BuildServiceProvider();

        provider.GetRequiredService<IOptions<RefreshTokenRotationOptions>>().Value.TokenPrefix.Should().Be("acme_x_");
    }

    [Test]
    public void Schema_for_editors_has_every_setting_and_preset()
    {
        using var schema = JsonDocument.Parse(File.ReadAllText(Repository.PathOf("src", "RefreshTokenRotation", "ConfigurationSchema.json")));
        var policy = schema.RootElement.GetProperty("definitions").GetProperty("RefreshTokenRotation.Policy").GetProperty("anyOf");

        Names(schema.RootElement.GetProperty("properties").GetProperty("RefreshTokenRotation"))
            .Should().BeEquivalentTo(typeof(RefreshTokenRotationOptions).GetMembers().Where(member => member is System.Reflection.PropertyInfo or System.Reflection.FieldInfo).Select(member => member.Name));
        Names(policy[1]).Except(["Preset", "ClientId"])
            .Should().BeEquivalentTo(typeof(RotationPolicy).GetProperties().Where(property => property.CanWrite).Select(property => property.Name));
        policy[0].GetProperty("enum").EnumerateArray().Select(preset => preset.GetString()).Should().BeEquivalentTo(
            typeof(RotationPolicy).GetProperties().Where(property => property.GetMethod!.IsStatic).Select(property => property.Name));
        foreach (var list in new[] { nameof(RefreshTokenRotationOptions.ResourcePolicies), nameof(RefreshTokenRotationOptions.ClientResourcePolicies) })
        {
            var entry = schema.RootElement.GetProperty("properties").GetProperty("RefreshTokenRotation").GetProperty("properties").GetProperty(list).GetProperty("items");
            Names(entry).Except(["Resource", "ClientId"]).Should().BeEquivalentTo(Names(policy[1]).Except(["ClientId"]));
            Presets(entry).Should().BeEquivalentTo(Presets(policy[1]));
        }
    }

    private static IEnumerable<string?> Presets(JsonElement section) =>
        section.GetProperty("properties").GetProperty("Preset").GetProperty("enum").EnumerateArray().Select(preset => preset.GetString());

    private static IEnumerable<string> Names(JsonElement section) => section.GetProperty("properties").EnumerateObject().Select(member => member.Name);

    private static RefreshTokenRotationOptions Options(string json)
    {
        var services = new ServiceCollection();
        services.AddRefreshTokenRotation(Section(json));
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<RefreshTokenRotationOptions>>().Value;
    }

    private static IConfigurationSection Section(string json) => new ConfigurationBuilder()
        .AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes($$"""{ "Rotation": {{json}} }""")))
        .Build()
        .GetSection("Rotation");
}
