using System.Globalization;
using System.Text;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Events that wait for their receiver: one file each, oldest first, bounded by their number. They outlive the process.</summary>
internal sealed class SecurityEventQueue : ISecurityEventDelivery, IDisposable
{
    private const string Extension = ".set";

    private readonly string _folder;
    private readonly int _capacity;
    private readonly TimeProvider _time;
    private readonly EndpointMetrics _metrics;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _added = new(0);
    private readonly Queue<string> _names;
    private long _last;

    public SecurityEventQueue(TimeProvider time, EndpointMetrics metrics, ILogger<SecurityEventQueue> logger, IOptions<SecurityEventPushOptions> options)
    {
        (_time, _metrics, _logger, _folder, _capacity) = (time, metrics, logger, options.Value.Folder, options.Value.Capacity);
        PrivateFile.CreateFolder(_folder);
        _names = new(Directory.EnumerateFiles(_folder, "*" + Extension).Select(static path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
    }

    public ValueTask DeliverAsync(SecurityEventToken token, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_names.Count >= _capacity)
            {
                _logger.SecurityEventDropped(token.EventType, _names.Count);
                _metrics.SecurityEventLost("overflow");
                return default;
            }

            // Names sort by time; two of one instant keep their order.
            _last = Math.Max(_last + 1, _time.GetUtcNow().UtcTicks);
            var name = string.Create(CultureInfo.InvariantCulture, $"{_last:D19}-{token.Id}{Extension}");
            PrivateFile.Replace(Path.Combine(_folder, name), Encoding.ASCII.GetBytes(token.Value));
            _names.Enqueue(name);
        }

        _added.Release();
        return default;
    }

    /// <summary>Waits for an event. It can return null: then wait again.</summary>
    public async ValueTask<string?> PeekAsync(CancellationToken cancellationToken)
    {
        if (Oldest() is { } waiting)
        {
            return waiting;
        }

        await _added.WaitAsync(cancellationToken).ConfigureAwait(false);
        return Oldest();
    }

    /// <summary>The event; null if somebody has deleted its file.</summary>
    public string? Read(string name)
    {
        var path = Path.Combine(_folder, name);
        return File.Exists(path) ? File.ReadAllText(path, Encoding.ASCII) : null;
    }

    /// <summary>Forgets the oldest.</summary>
    public void Remove(string name)
    {
        PrivateFile.Delete(Path.Combine(_folder, name));
        lock (_lock)
        {
            _names.Dequeue();
        }
    }

    public void Dispose() => _added.Dispose();

    private string? Oldest()
    {
        lock (_lock)
        {
            return _names.TryPeek(out var name) ? name : null;
        }
    }
}
