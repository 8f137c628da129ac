using System.Threading.Channels;
using Microsoft.Playwright;
using RefreshTokenRotation.Tests.Support;

namespace AuthorizationServer.Tests.BrowserApp.Support;

/// <summary>Everything that the pages of one browser context, and their workers, get from the server's token and revocation endpoints,
/// in the order of the answers.</summary>
internal sealed class TokenTraffic
{
    private readonly Channel<Task<TokenCall>> _calls = Channel.CreateUnbounded<Task<TokenCall>>();

    public TokenTraffic(IBrowserContext context) => context.Response += (_, response) =>
    {
        if (response.Request.Method == "POST" && new Uri(response.Url).AbsolutePath is "/oauth/token" or "/oauth/revoke")
        {
            _calls.Writer.TryWrite(ReadAsync(response));
        }
    };

    /// <summary>The next call; waits for it.</summary>
    public async Task<TokenCall> NextAsync()
    {
        using var deadline = new CancellationTokenSource(Eventually.Patience);
        return await await _calls.Reader.ReadAsync(deadline.Token);
    }

    /// <summary>The next call, which must have got its token.</summary>
    public async Task<TokenCall> NextSuccessAsync()
    {
        var call = await NextAsync();
        call.Status.Should().Be(200, "the answer was {0}", call.Answer);
        return call;
    }

    /// <summary>Whether there is a call that nobody has looked at.</summary>
    public bool IsEmpty => _calls.Reader.Count == 0;

    private static async Task<TokenCall> ReadAsync(IResponse response) =>
        await TokenCall.OfAsync(response.Request, response.Status, await response.TextAsync());
}
