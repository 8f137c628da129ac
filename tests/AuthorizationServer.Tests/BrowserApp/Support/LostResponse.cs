using Microsoft.Playwright;
using RefreshTokenRotation.Tests.Support;

namespace AuthorizationServer.Tests.BrowserApp.Support;

/// <summary>The next answer to a refresh never arrives: the server gets the request and answers, and the connection breaks.</summary>
internal sealed class LostResponse
{
    private readonly TaskCompletionSource<TokenCall> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Func<Task>? _before;
    private bool _done;

    private LostResponse(Func<Task>? before) => _before = before;

    /// <summary>The call whose answer was lost.</summary>
    public Task<TokenCall> Call => _lost.Task.WaitAsync(Eventually.Patience);

    /// <param name="context">The browser.</param>
    /// <param name="before">What happens between the server's answer and the break of the connection.</param>
    public static async Task<LostResponse> ArrangeAsync(IBrowserContext context, Func<Task>? before = null)
    {
        var loss = new LostResponse(before);
        await context.RouteAsync("**/oauth/token", loss.HandleAsync);
        return loss;
    }

    private async Task HandleAsync(IRoute route)
    {
        if (_done || route.Request.Method != "POST")
        {
            await route.ContinueAsync();
            return;
        }

        _done = true;
        var response = await route.FetchAsync();
        _lost.SetResult(await TokenCall.OfAsync(route.Request, response.Status, await response.TextAsync()));
        if (_before is not null)
        {
            await _before();
        }

        await route.AbortAsync("connectionreset");
    }
}
