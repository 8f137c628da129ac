using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace RefreshTokenRotation.Internal;

/// <summary>The bounded lanes of one handler, and the task that empties them.</summary>
internal sealed class EventQueue : IDisposable
{
    private readonly IRefreshTokenEventHandler _handler;
    private readonly string _name;
    private readonly RotationMetrics _metrics;
    private readonly ILogger _logger;
    private readonly EventLanes _lanes;
    private readonly Channel<bool> _signal;
    private readonly CancellationTokenSource _abandoning = new();
    private readonly CancellationToken _abandoned;
    private long _dropped;

    public EventQueue(IRefreshTokenEventHandler handler, int capacity, RotationMetrics metrics, ILogger logger)
    {
        _handler = handler;
        _name = (handler as ScopedEventHandler)?.Name ?? handler.GetType().Name;
        _metrics = metrics;
        _logger = logger;
        _lanes = new EventLanes(capacity);
        _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite });
        _abandoned = _abandoning.Token;

        // The queue may be made within a request, whose context is none of the other events'.
        using (ExecutionContext.SuppressFlow())
        {
            Worker = Task.Run(WorkAsync);
        }
    }

    /// <summary>Ends when every event is handled, or when the handler that was given up comes back.</summary>
    public Task Worker { get; }

    public void Add(RefreshTokenEvent refreshTokenEvent)
    {
        if (_lanes.TryAdd(refreshTokenEvent))
        {
            _signal.Writer.TryWrite(true);
            return;
        }

        _metrics.EventDropped(EventLanes.IsRepeatable(refreshTokenEvent));
        if (Interlocked.Increment(ref _dropped) is var dropped && long.IsPow2(dropped))
        {
            _logger.EventsDropped(_name, dropped);
        }
    }

    /// <summary>Takes no more events and waits for the handler, as long as it may take. A handler that was given up is not waited for again.</summary>
    public async Task DrainAsync(TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        _lanes.Close();
        _signal.Writer.TryComplete();
        if (_abandoned.IsCancellationRequested)
        {
            return;
        }

        try
        {
            await Worker.WaitAsync(timeout, time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception interruption) when (interruption is TimeoutException or OperationCanceledException)
        {
            _logger.DrainAbandoned(_name, _lanes.Count);
            await _abandoning.CancelAsync().ConfigureAwait(false);
        }
    }

    public void Dispose() => _abandoning.Dispose();

    private async Task WorkAsync()
    {
        bool more;
        do
        {
            more = await _signal.Reader.WaitToReadAsync(_abandoned).ConfigureAwait(false);
            _signal.Reader.TryRead(out _);
            while (_lanes.Take() is { } refreshTokenEvent)
            {
                await HandleAsync(refreshTokenEvent).ConfigureAwait(false);
                _abandoned.ThrowIfCancellationRequested();
            }
        }
        while (more);
    }

    private async ValueTask HandleAsync(RefreshTokenEvent refreshTokenEvent)
    {
        try
        {
            await _handler.HandleAsync(refreshTokenEvent, _abandoned).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            _logger.HandlerFailed(fault, _name, refreshTokenEvent.GetType().Name);
        }
    }
}
