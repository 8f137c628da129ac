using System.Security.Cryptography;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using RefreshTokenRotation.Client.Harness;
using RefreshTokenRotation.Client.Tests.Snippets;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Client.Tests;

/// <summary>The client and the server of the MCP SDK, with the adapter of the README.</summary>
[TestFixture]
internal sealed class McpTests
{
    [Test]
    public async Task Several_mcp_clients_over_one_session_survive_the_end_of_their_tokens()
    {
        await using var auth = await AuthServer.StartAsync(RotationPolicy.Strict);
        using var folder = new TemporaryFolder();
        var key = RandomNumberGenerator.GetBytes(32);
        var apps = Enumerable.Range(0, 4).Select(_ => AppClient.Create(auth.Address, folder.PathOf("s"), key)).ToList();
        await new McpTokenCache(apps[0].Client, TimeProvider.System).StoreTokensAsync(
            new() { AccessToken = "at-0", RefreshToken = await auth.IssueAsync(), TokenType = "Bearer", ObtainedAt = TimeProvider.System.GetUtcNow() }, CancellationToken.None);
        var clients = await Task.WhenAll(apps.Select(app => ConnectAsync(app, auth.McpEndpoint)));
        auth.Exchanges.Should().Be(1, "the stored access token was no good, and one process replaced it for all");

        for (var expiry = 0; expiry < 3; expiry++)
        {
            auth.ExpireAccessTokens();
            var answers = await Task.WhenAll(clients.SelectMany(client => Enumerable.Range(0, 5).Select(async i =>
            {
                var result = await client.CallToolAsync(McpEcho.Tool, new Dictionary<string, object?> { ["text"] = $"{i}" });
                return result.Content.OfType<TextContentBlock>().Single().Text;
            })));
            answers.Should().OnlyContain(static text => text.StartsWith("echo ", StringComparison.Ordinal)).And.HaveCount(20);
        }

        (auth.Exchanges, auth.Reuses).Should().Be((4, 0));
        foreach (var (client, app) in clients.Zip(apps))
        {
            await client.DisposeAsync();
            await app.DisposeAsync();
        }
    }

    private static async Task<McpClient> ConnectAsync(AppClient app, Uri address)
    {
        var transport = new HttpClientTransport(
            new HttpClientTransportOptions
            {
                Endpoint = address,
                TransportMode = HttpTransportMode.StreamableHttp,
                EnableStandaloneGetStream = false,
                OAuth = new() { RedirectUri = new Uri("http://127.0.0.1/callback"), ClientId = AuthServer.ClientId, TokenCache = new McpTokenCache(app.Client, TimeProvider.System) },
            },
            app.Http);
        return await McpClient.CreateAsync(transport);
    }
}
