using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace RefreshTokenRotation.Internal;

/// <summary>Hands events to a queue for each handler, and drains the queues when the host stops or the container is disposed.</summary>
internal sealed class EventDispatcher : EventSink, IHostedService, IAsyncDisposable, IDisposable
{
    private readonly EventQueue[] _queues;
    private readonly TimeProvider _time;
    private readonly TimeSpan _drainTimeout;

    public EventDispatcher(IEnumerable<IRefreshTokenEventHandler> handlers, CurrentOptions options, RotationMetrics metrics, TimeProvider time, ILogger<EventDispatcher> logger)
    {
        _time = time;
        _drainTimeout = options.Value.EventDrainTimeout;
        _queues = [.. handlers.Select(handler => new EventQueue(handler, options.Value.EventQueueCapacity, metrics, logger))];
    }

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
        Task.WhenAll(_queues.Select(queue => queue.DrainAsync(_drainTimeout, _time, cancellationToken)));

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        foreach (var queue in _queues)
        {
            queue.Dispose();
        }
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();
}

/// <summary>Where events go. The seam for simulation.</summary>
internal abstract class EventSink
{
    /// <summary>Whether anybody listens; if not, no event is made.</summary>
    public abstract bool IsEnabled { get; }

    /// <summary>Takes an event and returns at once.</summary>
    public abstract void Publish(RefreshTokenEvent refreshTokenEvent);
}
