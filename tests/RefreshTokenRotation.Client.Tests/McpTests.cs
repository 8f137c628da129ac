using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
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
        await using var mcp = await StartMcpAsync(auth);
        var address = new Uri(new Uri(mcp.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()), "/mcp");
        using var folder = new TemporaryFolder();
        var key = RandomNumberGenerator.GetBytes(32);
        var apps = Enumerable.Range(0, 4).Select(_ => AppClient.Create(auth.Address, folder.PathOf("s"), key)).ToList();
        await new McpTokenCache(apps[0].Client, TimeProvider.System).StoreTokensAsync(
            new() { AccessToken = "at-0", RefreshToken = await auth.IssueAsync(), TokenType = "Bearer", ObtainedAt = TimeProvider.System.GetUtcNow() }, CancellationToken.None);
        var clients = await Task.WhenAll(apps.Select(app => ConnectAsync(app, address)));
        auth.Exchanges.Should().Be(1, "the stored access token was no good, and one process replaced it for all");

        for (var expiry = 0; expiry < 3; expiry++)
        {
            auth.ExpireAccessTokens();
            var answers = await Task.WhenAll(clients.SelectMany(client => Enumerable.Range(0, 5).Select(async i =>
            {
                var result = await client.CallToolAsync("echo", new Dictionary<string, object?> { ["text"] = $"{i}" });
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

    private static async Task<WebApplication> StartMcpAsync(AuthServer auth)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static options => options.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        builder.Services.AddMcpServer().WithHttpTransport(static options => options.Stateless = true).WithTools<EchoTools>();
        var app = builder.Build();
        app.Use(async (context, next) =>
        {
            if (await auth.IsGoodAsync(context.Request.Headers.Authorization.ToString()))
            {
                await next(context);
                return;
            }

            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
        });
        app.MapMcp("/mcp");
        await app.StartAsync();
        return app;
    }

    [McpServerToolType]
    internal sealed class EchoTools
    {
        [McpServerTool(Name = "echo")]
        public static string Echo(string text) => $"echo {text}";
    }
}
