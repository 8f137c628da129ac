using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Authentication;
using ModelContextProtocol.Client;

namespace RefreshTokenRotation.Client.Harness;

/// <summary>The MCP client of the SDK with its own refresh, over a token cache in a file that several processes share.</summary>
internal sealed class McpRequests : Worker.IRequests
{
    private const string FileName = "mcp-tokens";

    private readonly McpClient _client;

    private McpRequests(McpClient client) => _client = client;

    public static Task<McpRequests> CreateAsync(Uri server, string folder) => CreateAsync(server, new FileCache(Path.Combine(folder, FileName)));

    public static async Task<McpRequests> CreateAsync(Uri server, ITokenCache cache, string clientId = AuthServer.ClientId)
    {
        var transport = new HttpClientTransport(new HttpClientTransportOptions
        {
            Endpoint = new Uri(server, McpEcho.Path),
            TransportMode = HttpTransportMode.StreamableHttp,
            EnableStandaloneGetStream = false,
            OAuth = new()
            {
                RedirectUri = new Uri("http://127.0.0.1/callback"),
                ClientId = clientId,
                TokenCache = cache,
                AuthorizationCallbackHandler = static (_, _) => Task.FromResult<AuthorizationResult?>(null), // nobody is there to log in
            },
        });
        return new McpRequests(await McpClient.CreateAsync(transport));
    }

    /// <summary>A cache that reads the file once and writes through.</summary>
    public static async Task<ITokenCache> CopyAsync(string folder)
    {
        var file = new FileCache(Path.Combine(folder, FileName));
        return new CopyCache(file, await file.GetTokensAsync(CancellationToken.None));
    }

    /// <summary>Whether a request failed as it does where nobody is there to log in.</summary>
    public static bool IsRefusal(Exception error) =>
        error is HttpRequestException or McpException or IOException or InvalidOperationException or OperationCanceledException;

    /// <summary>What the cache holds after a log-in.</summary>
    public static ValueTask SignInAsync(string issuer, string folder, string accessToken, string refreshToken, string clientId = AuthServer.ClientId) =>
        new FileCache(Path.Combine(folder, FileName)).StoreTokensAsync(
            new TokenContainer
            {
                AccessToken = accessToken,
                RefreshToken = refreshToken,
                TokenType = "Bearer",
                ObtainedAt = TimeProvider.System.GetUtcNow(),
                ClientId = clientId,
                TokenEndpointAuthMethod = "none",
                AuthorizationServer = issuer,
            },
            CancellationToken.None);

    public async Task<bool> SendAsync()
    {
        try
        {
            var result = await _client.CallToolAsync(McpEcho.Tool, new Dictionary<string, object?> { ["text"] = "hello" });
            return result.IsError != true;
        }
        catch (Exception error) when (IsRefusal(error))
        {
            return false;
        }
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    private sealed class FileCache(string path) : ITokenCache
    {
        public async ValueTask<TokenContainer?> GetTokensAsync(CancellationToken cancellationToken) =>
            JsonSerializer.Deserialize<TokenContainer>(await File.ReadAllBytesAsync(path, cancellationToken));

        public async ValueTask StoreTokensAsync(TokenContainer tokens, CancellationToken cancellationToken)
        {
            var next = $"{path}.{Guid.NewGuid():N}";
            await File.WriteAllBytesAsync(next, JsonSerializer.SerializeToUtf8Bytes(tokens), cancellationToken);
            File.Move(next, path, overwrite: true);
        }
    }

    private sealed class CopyCache(FileCache file, TokenContainer? copy) : ITokenCache
    {
        private TokenContainer? _copy = copy;

        public ValueTask<TokenContainer?> GetTokensAsync(CancellationToken cancellationToken) => new(_copy);

        public ValueTask StoreTokensAsync(TokenContainer tokens, CancellationToken cancellationToken)
        {
            _copy = tokens;
            return file.StoreTokensAsync(tokens, cancellationToken);
        }
    }
}
