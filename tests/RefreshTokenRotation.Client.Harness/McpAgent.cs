using ModelContextProtocol.Authentication;

namespace RefreshTokenRotation.Client.Harness;

/// <summary>The MCP client over a copy of the shared tokens. It connects at its first call, which may be refused.</summary>
internal sealed class McpAgent : Worker.IRequests
{
    private readonly Uri _server;
    private readonly ITokenCache _copy;
    private readonly string _clientId;
    private McpRequests? _requests;

    private McpAgent(Uri server, ITokenCache copy, string clientId) => (_server, _copy, _clientId) = (server, copy, clientId);

    public static async Task<Worker.IRequests> CreateAsync(Uri server, string folder, string clientId) => new McpAgent(server, await McpRequests.CopyAsync(folder), clientId);

    public async Task<bool> SendAsync()
    {
        try
        {
            _requests ??= await McpRequests.CreateAsync(_server, _copy, _clientId);
        }
        catch (Exception error) when (McpRequests.IsRefusal(error))
        {
            return false;
        }

        return await _requests.SendAsync();
    }

    public ValueTask DisposeAsync() => _requests?.DisposeAsync() ?? ValueTask.CompletedTask;
}
