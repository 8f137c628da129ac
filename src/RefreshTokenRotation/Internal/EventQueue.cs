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
    private readonly CancellationTokenSource _abandoning = new();
    private readonly CancellationToken _abandoned;
    private long _dropped;

    public EventQueue(IRefreshTokenEventHandler handler, int capacity, RotationMetrics metrics, ILogger logger)
    {
        _handler = handler;
        _metrics = metrics;
        _logger = logger;
        _capacity = capacity;
        _channel = Channel.CreateBounded<RefreshTokenEvent>(new BoundedChannelOptions(capacity) { SingleReader = true });
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
        // Guessed and dead tokens are cheap to send again and again. They may not crowd out what happens to living families.
        var isNoise = refreshTokenEvent is RefreshTokenEvent.Rejected { IsSecurityEvent: false };
        if ((isNoise && _channel.Reader.Count > _capacity / 2) || !_channel.Writer.TryWrite(refreshTokenEvent))
        {
            _metrics.EventDropped();
            if (Interlocked.Increment(ref _dropped) is var dropped && long.IsPow2(dropped))
            {
                _logger.EventsDropped(_handler.GetType().Name, dropped);
            }
        }
    }

    /// <summary>Takes no more events and waits for the handler, as long as it may take. A handler that was given up is not waited for again.</summary>
    public async Task DrainAsync(TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        _channel.Writer.TryComplete();
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
            _logger.DrainAbandoned(_handler.GetType().Name, _channel.Reader.Count);
            await _abandoning.CancelAsync().ConfigureAwait(false);
        }
    }

    public void Dispose() => _abandoning.Dispose();

    private async Task WorkAsync()
    {
        await foreach (var refreshTokenEvent in _channel.Reader.ReadAllAsync(_abandoned).ConfigureAwait(false))
        {
            // The channel gives out what it holds without a look at its token.
            _abandoned.ThrowIfCancellationRequested();
            try
            {
                await _handler.HandleAsync(refreshTokenEvent, _abandoned).ConfigureAwait(false);
            }
            catch (Exception fault)
            {
                _logger.HandlerFailed(fault, _handler.GetType().Name, refreshTokenEvent.GetType().Name);
            }
        }
    }
}
