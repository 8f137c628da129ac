using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace RefreshTokenRotation.Internal;

/// <summary>The bounded queue of one handler, and the task that empties it.</summary>
internal sealed class EventQueue : IDisposable
{
    private readonly IRefreshTokenEventHandler _handler;
    private readonly RotationMetrics _metrics;
    private readonly ILogger _logger;
    private readonly int _capacity;
    private readonly Channel<RefreshTokenEvent> _channel;
    private readonly CancellationTokenSource _abandoned = new();
    private readonly Task _worker;
    private long _dropped;

    public EventQueue(IRefreshTokenEventHandler handler, int capacity, RotationMetrics metrics, ILogger logger)
    {
        _handler = handler;
        _metrics = metrics;
        _logger = logger;
        _capacity = capacity;
        _channel = Channel.CreateBounded<RefreshTokenEvent>(new BoundedChannelOptions(capacity) { SingleReader = true });
        _worker = Task.Run(WorkAsync);
    }

    public void Add(RefreshTokenEvent refreshTokenEvent)
    {
        // Guessed tokens are cheap to send. They may not crowd out what happens to real families.
        var isNoise = refreshTokenEvent is RefreshTokenEvent.Rejected { Family: null };
        if ((isNoise && _channel.Reader.Count > _capacity / 2) || !_channel.Writer.TryWrite(refreshTokenEvent))
        {
            _metrics.EventDropped();
            if (Interlocked.Increment(ref _dropped) is var dropped && long.IsPow2(dropped))
            {
                _logger.EventsDropped(_handler.GetType().Name, dropped);
            }
        }
    }

    /// <summary>Takes no more events and waits for the handler, as long as it may take.</summary>
    public async Task DrainAsync(TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        _channel.Writer.TryComplete();
        try
        {
            await _worker.WaitAsync(timeout, time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception interruption) when (interruption is TimeoutException or OperationCanceledException)
        {
            _logger.DrainAbandoned(_handler.GetType().Name, _channel.Reader.Count);
            await _abandoned.CancelAsync().ConfigureAwait(false);
        }
    }

    public void Dispose() => _abandoned.Dispose();

    private async Task WorkAsync()
    {
        await foreach (var refreshTokenEvent in _channel.Reader.ReadAllAsync(_abandoned.Token).ConfigureAwait(false))
        {
            try
            {
                await _handler.HandleAsync(refreshTokenEvent, _abandoned.Token).ConfigureAwait(false);
            }
            catch (Exception fault)
            {
                _logger.HandlerFailed(fault, _handler.GetType().Name, refreshTokenEvent.GetType().Name);
            }
        }
    }
}
