using System.Net.Http.Headers;
using System.Text;
using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests;

/// <summary>JSON bodies, where the host allows them.</summary>
public sealed class JsonBodyTests
{
    private TestHost _host = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _host = await TestHost.StartAsync(setup => setup.Endpoints(options => options.AllowJsonBodies = true));

    [OneTimeTearDown]
    public async Task StopAsync() => await _host.DisposeAsync();

    [TestCase("""{"grant_type":"refresh_token","client_id":"spa","refresh_token":"{token}"}""", "openid read write offline_access")]
    [TestCase(""" { "grant_type":"refresh_token","client_id":"spa","refresh_token":"{token}","scope":"read" } """, "read")]
    [TestCase("""{"grant_type":"refresh_token","client_id":"spa","refresh_token":"{token}","scope":null}""", "openid read write offline_access")]
    [TestCase("""{"grant_type":"refresh_token","client_id":"spa","refresh_token":"{token}","x":1,"y":{"z":[true]},"x":2}""", "openid read write offline_access")]
    [TestCase("""{"grant_type":"refresh_token","client_id":"spa","refresh_token":"{token}","resource":["https://api1.example/"]}""", "openid read write offline_access")]
    [TestCase("""{"grant\u005ftype":"refresh_token","client_id":"\u0073pa","refresh_token":"{token}"}""", "openid read write offline_access")]
    public async Task Flat_object_is_accepted(string json, string scope)
    {
        var issued = await _host.IssueAsync();

        var answer = await PostAsync(json.Replace("{token}", issued.RefreshToken.Reveal(), StringComparison.Ordinal), "application/json; charset=utf-8");

        ((int)answer.Status).Should().Be(200, answer.Text);
        answer.Member("scope").Should().Be(scope);
    }

    [Test]
    public async Task Forms_are_accepted_too()
    {
        ((int)(await _host.RefreshAsync((await _host.IssueAsync()).RefreshToken.Reveal())).Status).Should().Be(200);
    }

    [TestCase("""[{"grant_type":"refresh_token"}]""")]
    [TestCase("""{"grant_type":"refresh_token","client_id":"spa","refresh_token":"{token}","refresh_token":"{token}"}""")]
    [TestCase("""{"grant_type":"refresh_token","client_id":"spa","refresh_token":["{token}"]}""")]
    [TestCase("""{"grant_type":"refresh_token","client_id":"spa","refresh_token":"{token}","scope":1}""")]
    [TestCase("""{"grant_type":"refresh_token","client_id":"spa","refresh_token":"{token}","scope":{}}""")]
    [TestCase("""{"grant_type":"refresh_token","client_id":"spa","refresh_token":"{token}","resource":[1]}""")]
    [TestCase("""{"grant_type":"refresh_token","client_id":"spa","refresh_token":"{token}"}{}""")]
    [TestCase("""{"grant_type":"refresh_token","client_id":"spa","refresh_token":"{token}",}""")]
    [TestCase("""{"grant_type":"refresh_token","client_id":"spa","refresh_token":"{token}" """)]
    [TestCase("""{"grant_type":"refresh_token","client_id":"spa","refresh_token":"\ud800{token}"}""")]
    [TestCase("""{"GRANT_TYPE":"refresh_token","client_id":"spa","refresh_token":"{token}"}""")]
    [TestCase("grant_type=refresh_token")]
    [TestCase("null")]
    [TestCase("")]
    public async Task Anything_else_is_refused(string json)
    {
        var issued = await _host.IssueAsync();

        (await PostAsync(json.Replace("{token}", issued.RefreshToken.Reveal(), StringComparison.Ordinal))).ShouldBeError(400, "invalid_request");

        await _host.ShouldStillExchangeAsync(issued.RefreshToken);
    }

    [Test]
    public async Task Charset_other_than_utf8_is_refused() =>
        (await PostAsync("{}", "application/json; charset=utf-16")).ShouldBeError(400, "invalid_request");

    [Test]
    public async Task Deep_object_is_refused() =>
        (await PostAsync("{\"x\":" + new string('[', 1000) + new string(']', 1000) + "}")).ShouldBeError(400, "invalid_request");

    private Task<Answer> PostAsync(string json, string type = "application/json") => _host.SendAsync(new HttpRequestMessage(HttpMethod.Post, TestHostExtensions.TokenPath)
    {
        Content = new ByteArrayContent(Encoding.UTF8.GetBytes(json)) { Headers = { ContentType = MediaTypeHeaderValue.Parse(type) } },
    });
}
