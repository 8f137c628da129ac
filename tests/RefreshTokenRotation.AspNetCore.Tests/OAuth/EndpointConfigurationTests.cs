using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.OAuth;

/// <summary>The endpoints' settings from a file: what it says holds, and what can't be read stops the start.</summary>
[TestFixture]
internal sealed class EndpointConfigurationTests
{
    /// <summary>Functions of the host, and what other methods set.</summary>
    private static readonly string[] InCodeOnly = [nameof(RefreshTokenEndpointOptions.ConfigureMetadata), nameof(RefreshTokenEndpointOptions.EndSessions)];

    [Test]
    public void Every_setting_is_read()
    {
        var hash = ClientSecret.Hash("secret");
        var options = Read($$"""
            {
              "Issuer": "https://id.example/", "TokenPath": "/t", "RevocationPath": "/r", "IntrospectionPath": "/i", "MetadataPath": "/m", "JwksPath": "/j",
              "RefusedTokenStatusCode": 403, "AllowJsonBodies": true, "MaximumBodySize": 2048, "AssertionLifetime": "5m", "AssertionAudienceIsIssuer": true,
              "RefuseAccessTokenRevocation": true, "RetryAfter": "3s", "RevocationEndsGrant": true, "StateLeeway": true, "StateLifetimes": true, "GlobalRevocationPath": "/revoke-all",
              "Clients": {
                "spa": { "AllowedOrigins": ["https://app.example"], "GrantTypes": ["refresh_token", "password"], "DefaultAudience": "https://api.example/" },
                "any": {
                  "ClientId": "web:1", "AuthenticationMethod": "client-secret", "SecretHashes": ["{{hash}}"], "AllowIntrospection": true,
                  "Audiences": ["https://api.example/"], "IntrospectsAllTokens": true, "AllowGlobalRevocation": true, "SenderConstraint": "None", "Properties": { "name": "Web", "empty": "" }
                }
              },
              "Apis": [{ "Audience": "https://api.example/", "AllowOfflineAccess": true, "Scopes": ["read"], "AccessTokenLifetime": "10m" }]
            }
            """);

        (options.Issuer, options.TokenPath, options.RevocationPath, options.IntrospectionPath, options.MetadataPath, options.JwksPath)
            .Should().Be(("https://id.example/", "/t", "/r", "/i", "/m", "/j"));
        options.GlobalRevocationPath.Should().Be("/revoke-all");
        (options.RefusedTokenStatusCode, options.MaximumBodySize, options.AssertionLifetime, options.RetryAfter)
            .Should().Be((403, 2048, TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(3)));
        (options.AllowJsonBodies && options.AssertionAudienceIsIssuer && options.RefuseAccessTokenRevocation && options.RevocationEndsGrant && options.StateLeeway && options.StateLifetimes).Should().BeTrue();
        var spa = options.Clients.Single(client => client.ClientId == "spa");
        (spa.AuthenticationMethod, spa.DefaultAudience).Should().Be((ClientAuthenticationMethod.None, "https://api.example/"));
        spa.GrantTypes.Should().Equal("refresh_token", "password");
        spa.AllowedOrigins.Should().Equal("https://app.example");
        var web = options.Clients.Single(client => client.ClientId == "web:1");
        (web.AuthenticationMethod, web.AllowIntrospection, web.IntrospectsAllTokens, web.AllowGlobalRevocation).Should().Be((ClientAuthenticationMethod.ClientSecret, true, true, true));
        web.SecretHashes.Should().Equal(hash);
        web.Properties.Should().Equal(new Dictionary<string, string> { ["name"] = "Web", ["empty"] = "" });
        var api = options.Apis.Should().ContainSingle().Subject;
        (api.Audience, api.AllowOfflineAccess, api.AccessTokenLifetime).Should().Be(("https://api.example/", true, TimeSpan.FromMinutes(10)));
    }

    [TestCase("""{ "Clents": {} }""", "Endpoints:Clents is not a known setting. Known are: *Clients*")]
    [TestCase("""{ "RetryAfter": "10" }""", "Endpoints:RetryAfter ('10') must be a duration with its unit*")]
    [TestCase("""{ "AllowJsonBodies": "yes" }""", "Endpoints:AllowJsonBodies ('yes') must be true or false.")]
    [TestCase("""{ "Clients": { "spa": { "GrantType": ["password"] } } }""", "Endpoints:Clients:spa:GrantType is not a known setting*GrantTypes*")]
    [TestCase("""{ "Clients": { "spa": { "GrantTypes": "password" } } }""", "Endpoints:Clients:spa:GrantTypes ('password') must be a list.")]
    [TestCase("""{ "Clients": [{ "GrantTypes": ["password"] }] }""", "Endpoints:Clients:0 needs the setting ClientId.")]
    [TestCase("""{ "Clients": { "spa": { "AuthenticationMethod": "Basic" } } }""", "Endpoints:Clients:spa:AuthenticationMethod ('Basic') must be one of None, ClientSecret, PrivateKeyJwt.")]
    [TestCase("""{ "Apis": [{ "Scopes": ["read"] }] }""", "Endpoints:Apis:0 needs the setting Audience.")]
    public void What_can_not_be_read_stops_the_start_and_names_its_path(string json, string message)
    {
        var read = () => Read(json);

        read.Should().Throw<OptionsValidationException>().Which.Failures.Should().ContainMatch(message);
    }

    [Test]
    public void Secret_that_stands_in_the_wrong_place_is_not_shown()
    {
        var read = () => Read("""{ "Clients": { "web": { "AuthenticationMethod": "ClientSecret", "SecretHashes": "my secret" } } }""");

        read.Should().Throw<OptionsValidationException>().Which.Message.Should().Contain("SecretHashes").And.NotContain("my secret");
    }

    [Test]
    public void Schema_for_editors_has_every_setting()
    {
        using var schema = JsonDocument.Parse(File.ReadAllText(Repository.PathOf("src", "RefreshTokenRotation.AspNetCore", "ConfigurationSchema.json")));
        var definitions = schema.RootElement.GetProperty("definitions");

        Names(schema.RootElement.GetProperty("properties").GetProperty("RefreshTokenEndpoints"))
            .Should().BeEquivalentTo(typeof(RefreshTokenEndpointOptions).GetProperties().Select(property => property.Name).Except(InCodeOnly));
        Names(definitions.GetProperty("RefreshTokenEndpoints.Client")).Should().BeEquivalentTo(typeof(OAuthClient).GetProperties().Select(property => property.Name));
        Names(definitions.GetProperty("RefreshTokenEndpoints.Api")).Should().BeEquivalentTo(typeof(OAuthApi).GetProperties().Select(property => property.Name));
    }

    private static IEnumerable<string> Names(JsonElement section) => section.GetProperty("properties").EnumerateObject().Select(member => member.Name);

    private static RefreshTokenEndpointOptions Read(string json)
    {
        var configuration = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes($$"""{ "Endpoints": {{json}} }"""))).Build();
        var services = new ServiceCollection();
        services.AddRefreshTokenRotation().AddEndpoints(configuration.GetSection("Endpoints"));
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<RefreshTokenEndpointOptions>>().Value;
    }
}
