using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace RefreshTokenRotation.Internal;

/// <summary>Hands events to a queue for each handler, and drains the queues when the host stops or the container is disposed.</summary>
internal sealed class EventDispatcher(
    HostParts<IRefreshTokenEventHandler> handlers, IServiceScopeFactory scopes, CurrentOptions options, RotationMetrics metrics, TimeProvider time, ILogger<EventDispatcher> logger)
    : EventSink, IHostedService, IAsyncDisposable, IDisposable
{
    private readonly TimeSpan _drainTimeout = options.Value.EventDrainTimeout;
    private readonly EventQueue[] _queues =
        [.. (handlers.Singletons ?? Scoped(handlers, scopes)).Select(handler => new EventQueue(handler, options.Value.EventQueueCapacity, metrics, logger))];

    public override bool IsEnabled => _queues.Length > 0;

    public IEnumerable<Task> Workers => _queues.Select(queue => queue.Worker);

    public override void Publish(RefreshTokenEvent refreshTokenEvent)
    {
        foreach (var queue in _queues)
        {
            queue.Add(refreshTokenEvent);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_queues.Select(queue => queue.DrainAsync(_drainTimeout, time, cancellationToken)));

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        foreach (var queue in _queues)
        {
            queue.Dispose();
        }
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>Singletons among the others are taken as they are. All are made once: what can't be made stops the start.</summary>
    private static IRefreshTokenEventHandler[] Scoped(HostParts<IRefreshTokenEventHandler> handlers, IServiceScopeFactory scopes)
    {
        var scope = scopes.CreateAsyncScope();
        try
        {
            return [.. scope.ServiceProvider.GetServices<IRefreshTokenEventHandler>().Select((handler, index) =>
                handlers.Descriptors[index].Lifetime == ServiceLifetime.Singleton ? handler : new ScopedEventHandler(scopes, index, handler.GetType().Name))];
        }
        finally
        {
            scope.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }
}

/// <summary>A handler of the host that lives in a scope per event.</summary>
/// <param name="scopes">Makes the scopes.</param>
/// <param name="index">Its place among the handlers.</param>
/// <param name="name">Its name, for the log.</param>
internal sealed class ScopedEventHandler(IServiceScopeFactory scopes, int index, string name) : IRefreshTokenEventHandler
{
    public string Name { get; } = name;

    public async ValueTask HandleAsync(RefreshTokenEvent refreshTokenEvent, CancellationToken cancellationToken)
    {
        var scope = scopes.CreateAsyncScope();
        await using var ownedScope = scope.ConfigureAwait(false);
        var handler = scope.ServiceProvider.GetServices<IRefreshTokenEventHandler>().ElementAt(index);
        await handler.HandleAsync(refreshTokenEvent, cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>Where events go. The seam for simulation.</summary>
internal abstract class EventSink
{
    /// <summary>Whether anybody listens; if not, no event is made.</summary>
    public abstract bool IsEnabled { get; }

    /// <summary>Takes an event and returns at once.</summary>
    public abstract void Publish(RefreshTokenEvent refreshTokenEvent);
}
