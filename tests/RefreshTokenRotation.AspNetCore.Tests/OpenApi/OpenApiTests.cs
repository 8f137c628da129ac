using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests;

/// <summary>What Microsoft.AspNetCore.OpenApi makes of the endpoints.</summary>
[TestFixture]
internal sealed class OpenApiTests
{
    private TestHost _host = null!;
    private JsonElement _document;

    [OneTimeSetUp]
    public async Task SetUpAsync()
    {
        _host = await TestHost.StartAsync(setup =>
        {
            setup.Build = builder => builder.Services.AddOpenApi();
            setup.Map = endpoints =>
            {
                endpoints.MapRefreshTokenRotation();
                endpoints.MapOpenApi();
            };
        });
        _document = (await _host.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/openapi/v1.json"))).Json;
    }

    [OneTimeTearDown]
    public async Task TearDownAsync() => await _host.DisposeAsync();

    [Test]
    public void Every_endpoint_is_there_with_its_methods() =>
        _document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(method => $"{method.Name} {path.Name}"))
            .Should().BeEquivalentTo(
                "post /oauth/token", "post /oauth/revoke", "post /oauth/introspect",
                "get /.well-known/oauth-authorization-server", "head /.well-known/oauth-authorization-server");

    [TestCase("/oauth/token", "grant_type", "grant_type refresh_token scope resource audience client_id client_secret client_assertion_type client_assertion")]
    [TestCase("/oauth/revoke", "token", "token token_type_hint client_id client_secret client_assertion_type client_assertion")]
    [TestCase("/oauth/introspect", "token", "token token_type_hint client_id client_secret client_assertion_type client_assertion")]
    public void Form_names_its_parameters(string path, string required, string names)
    {
        var form = Operation(path).GetProperty("requestBody").GetProperty("content").GetProperty("application/x-www-form-urlencoded").GetProperty("schema");

        var parts = form.GetProperty("allOf").EnumerateArray().ToArray();
        parts.SelectMany(part => part.GetProperty("properties").EnumerateObject().Select(member => member.Name)).Should().Equal(names.Split(' '), "{0}", form);
        parts.Append(form).SelectMany(part => part.TryGetProperty("required", out var list) ? list.EnumerateArray().Select(name => name.GetString()) : [])
            .Distinct().Should().Equal(required);
        Operation(path).TryGetProperty("parameters", out _).Should().BeFalse("nothing is read from the address");
    }

    [TestCase("/oauth/token", "200 400 401 503")]
    [TestCase("/oauth/revoke", "200 400 401 503")]
    [TestCase("/oauth/introspect", "200 400 401 503")]
    public void Answers_are_described(string path, string codes)
    {
        var responses = Operation(path).GetProperty("responses");

        responses.EnumerateObject().Select(response => response.Name).Should().Equal(codes.Split(' '));
        responses.GetProperty("400").GetProperty("content").GetProperty("application/json").GetProperty("schema").ValueKind.Should().Be(JsonValueKind.Object);
        Operation(path).GetProperty("summary").GetString().Should().Contain("RFC");
        Operation(path).GetProperty("tags").EnumerateArray().Single().GetString().Should().Be("OAuth");
    }

    [Test]
    public void Token_answer_has_the_names_of_the_wire() =>
        _document.GetProperty("components").GetProperty("schemas").GetProperty("TokenDescription").GetProperty("properties").EnumerateObject()
            .Select(member => member.Name).Should().Equal("access_token", "token_type", "expires_in", "refresh_token", "id_token", "scope");

    [Test]
    public async Task Description_leaves_the_answers_to_the_endpoints()
    {
        var answer = await _host.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/oauth/revoke") { Content = new StringContent("{}", null, "text/plain") });

        answer.ShouldBeError(400, "invalid_request");
    }

    private JsonElement Operation(string path) => _document.GetProperty("paths").GetProperty(path).GetProperty("post");
}
