using ModelContextProtocol.Authentication;

namespace RefreshTokenRotation.Client.Harness;

/// <summary>The MCP client over a copy of the shared tokens. It connects at its first call, which may be refused.</summary>
internal sealed class McpAgent : Worker.IRequests
{
    private readonly Uri _server;
    private readonly ITokenCache _copy;
    private McpRequests? _requests;

    private McpAgent(Uri server, ITokenCache copy) => (_server, _copy) = (server, copy);

    public static async Task<McpAgent> CreateAsync(Uri server, string folder) => new(server, await McpRequests.CopyAsync(folder));

    public async Task<bool> SendAsync()
    {
        try
        {
            _requests ??= await McpRequests.CreateAsync(_server, _copy);
        }
        catch (Exception error) when (McpRequests.IsRefusal(error))
        {
            return false;
        }

        return await _requests.SendAsync();
    }

    public ValueTask DisposeAsync() => _requests?.DisposeAsync() ?? ValueTask.CompletedTask;
}
