using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation;

namespace Quickstart;

/// <summary>Five processes of one agent share a stored token: each reads it when it starts, and then keeps what its own refreshes bring. A refused one reads the
/// store again, and asks the user to log in if that doesn't help.</summary>
internal sealed class AgentStory : IDisposable
{
    private const string Client = "agent";

    private readonly StoryClock _clock = new();
    private readonly ServiceProvider _provider;
    private readonly IRefreshTokenService _tokens;
    private RefreshToken _stored;
    private int _logIns;

    private AgentStory(RotationPolicy policy)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_clock);
        services.AddRefreshTokenRotation(options => options.DefaultPolicy = policy);
        _provider = services.BuildServiceProvider();
        _tokens = _provider.GetRequiredService<IRefreshTokenService>();
    }

    /// <summary>How often the user has to log in again in a day under a policy.</summary>
    public static async Task<int> CountForcedLogInsAsync(RotationPolicy policy)
    {
        using var story = new AgentStory(policy);
        await story.LogInAsync();
        var held = Enumerable.Repeat(story._stored, 5).ToArray();
        for (var turn = 0; turn < 24 * 6; turn++)
        {
            // Access tokens live an hour, and are replaced ten minutes before they end: one process after the other.
            var process = turn % held.Length;
            held[process] = await story.RefreshAsync(held[process]);
            story._clock.Advance(TimeSpan.FromMinutes(10));
        }

        return story._logIns - 1;
    }

    public void Dispose() => _provider.Dispose();

    private async Task<RefreshToken> RefreshAsync(RefreshToken held)
    {
        if (await ExchangeAsync(held) is { } next)
        {
            return next;
        }

        if (await ExchangeAsync(_stored) is { } stored)
        {
            return stored;
        }

        await LogInAsync();
        return _stored;
    }

    private async Task<RefreshToken?> ExchangeAsync(RefreshToken token)
    {
        var result = await _tokens.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = Client });
        if (result is not ExchangeResult.Succeeded succeeded)
        {
            return null;
        }

        _stored = succeeded.RefreshToken;
        return _stored;
    }

    private async Task LogInAsync()
    {
        _stored = (await _tokens.IssueAsync(new IssueRequest { Subject = "bob", ClientId = Client })).RefreshToken;
        _logIns++;
    }
}
