using System.Collections.Concurrent;

namespace RefreshTokenRotation.Tests.Support;

/// <summary>A hook that a test may give something to do, and that remembers what it was asked.</summary>
internal sealed class ScriptedHook : IExchangeHook
{
    private readonly ConcurrentQueue<ExchangeHookContext> _seen = new();

    public Action<ExchangeHookContext>? OnExchange { get; set; }

    public IReadOnlyCollection<ExchangeHookContext> Seen => _seen;

    public ValueTask OnExchangeAsync(ExchangeHookContext context, CancellationToken cancellationToken)
    {
        _seen.Enqueue(context);
        OnExchange?.Invoke(context);
        return default;
    }

    public void Forget() => _seen.Clear();
}
