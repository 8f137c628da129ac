using System.Text.Json;
using AuthorizationServer.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using RefreshTokenRotation.Tests.Support;

namespace AuthorizationServer.Tests.RealClients;

/// <summary>The npm package <c>@modelcontextprotocol/sdk</c>: an agent finds this server by the metadata of the server that it wants to use.</summary>
[TestFixture]
internal sealed class McpTests
{
    private const string Callback = "http://localhost:5001/callback";

    [Test]
    public async Task Agent_discovers_logs_in_refreshes_and_logs_out([Values("", "/")] string slash)
    {
        var port = FreePort.Take();
        var resource = $"http://localhost:{port}";
        await using var server = await ServerProcess.StartAsync([
            .. SharedServer.InMemory,
            "--Apis:50:Audience", resource, "--Apis:50:AllowOfflineAccess", "true", "--Apis:50:Scopes:0", "mcp:tools",
            "--Clients:agent:GrantTypes:0", "authorization_code", "--Clients:agent:GrantTypes:1", "refresh_token",
            "--Clients:agent:RedirectUris:0", Callback,
        ]);
        await using var tools = await StartToolsAsync(port, resource + slash, server.Origin + "/");
        using var browser = new Browser(server.Origin);
        using var backend = new Backend(server.Origin);

        var asked = await RunAsync(resource, null);
        asked.Result.Should().Be("REDIRECT");
        var callback = (await browser.AuthorizeAsync(new Uri(asked.Text("address")))).Callback;
        var loggedIn = await RunAsync(resource, asked.Store, callback["code"]);
        var refreshed = await RunAsync(resource, loggedIn.Store);
        (loggedIn.Result, refreshed.Result).Should().Be(("AUTHORIZED", "AUTHORIZED"));
        refreshed.Token("refresh_token").Should().NotBe(loggedIn.Token("refresh_token"));
        Jwt.Claim(refreshed.Token("access_token"), "aud").Should().Be(resource, "the API is one, however its address is spelled");
        Jwt.Claim(refreshed.Token("access_token"), "scope").Should().Contain("mcp:tools");

        // The package has no call that revokes: who embeds it takes the address from its discovery.
        var address = refreshed.Store.GetProperty("discovery").GetProperty("authorizationServerMetadata").GetProperty("revocation_endpoint").GetString()!;
        await backend.PostAsync(new Uri(address).AbsolutePath, ("client_id", "agent"), ("token", refreshed.Token("refresh_token")));
        var afterwards = await RunAsync(resource, refreshed.Store);

        afterwards.Result.Should().Be("REDIRECT");
        afterwards.Store.GetProperty("invalidated").EnumerateArray().Select(what => what.GetString()).Should().Equal("tokens");
    }

    private static async Task<WebApplication> StartToolsAsync(int port, string resource, string issuer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add($"http://localhost:{port}");
        app.MapGet("/.well-known/oauth-protected-resource", () => new Dictionary<string, object>
        {
            ["resource"] = resource,
            ["authorization_servers"] = new[] { issuer },
            ["scopes_supported"] = new[] { "mcp:tools", "offline_access" },
        });
        await app.StartAsync();
        return app;
    }

    private static async Task<Run> RunAsync(string serverUrl, JsonElement? store, string? code = null)
    {
        var output = await NodeScript.RunAsync("mcp.mjs", new { serverUrl, clientId = "agent", redirectUrl = Callback, store, code });
        return new Run(output.GetProperty("result").GetString()!, output.GetProperty("store"));
    }

    private sealed record Run(string Result, JsonElement Store)
    {
        public string Text(string name) => Store.GetProperty(name).GetString()!;

        public string Token(string name) => Store.GetProperty("tokens").GetProperty(name).GetString()!;
    }
}
