using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using RefreshTokenRotation;

namespace AuthorizationServer.Admin;

/// <summary>Listens to the counters of the library's meter that an administrator watches.</summary>
internal sealed class LiveCounters : IDisposable
{
    private const int Seconds = 60;

    private static readonly string[] Tiles = ["issues", "rotations", "reissues", "recoveries", "uses", "reuses", "evictions", "rejections"];

    private static readonly Dictionary<string, string> Outcomes = new(StringComparer.Ordinal)
    {
        [ExchangeOutcome.Rotated.ToCode()] = "rotations",
        [ExchangeOutcome.ConvertedToRotating.ToCode()] = "rotations",
        [ExchangeOutcome.ConvertedToNonRotating.ToCode()] = "rotations",
        [ExchangeOutcome.Reissued.ToCode()] = "reissues",
        [ExchangeOutcome.Recovered.ToCode()] = "recoveries",
        [ExchangeOutcome.Used.ToCode()] = "uses",
    };

    private readonly ConcurrentDictionary<(string Instrument, string Label), long> _counts = new();
    private readonly Dictionary<string, (long Second, long Count)[]> _recent = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();
    private readonly TimeProvider _time;

    public LiveCounters(IMeterFactory factory, TimeProvider time)
    {
        _time = time;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            // Another host in this process has a factory, and so a meter, of its own.
            if (instrument is Counter<long> && instrument.Meter.Name == RotationTelemetry.MeterName && ReferenceEquals(instrument.Meter.Scope, factory))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            var label = tags is [var tag] ? $"{tag.Value}" : string.Empty;
            _counts.AddOrUpdate((instrument.Name, label), value, (_, count) => count + value);
            if (TileOf(instrument.Name, label) is { } tile)
            {
                Remember(tile, value);
            }
        });
        _listener.Start();
    }

    public LiveReading Read()
    {
        var totals = Tiles.ToDictionary(static tile => tile, static _ => 0L, StringComparer.Ordinal);
        var rejections = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var ((instrument, label), count) in _counts)
        {
            if (TileOf(instrument, label) is { } tile)
            {
                totals[tile] += count;
            }

            if (instrument == RotationTelemetry.Rejections)
            {
                rejections[label] = count;
            }
        }

        return new LiveReading(totals, rejections);
    }

    /// <summary>How often in each of the last 60 seconds, oldest first.</summary>
    public IReadOnlyDictionary<string, long[]> LastMinute()
    {
        var now = Second;
        lock (_recent)
        {
            return Tiles.ToDictionary(
                static tile => tile,
                tile => Enumerable.Range(1, Seconds).Select(i => now - Seconds + i)
                    .Select(second => _recent.TryGetValue(tile, out var ring) && ring[second % Seconds] is var slot && slot.Second == second ? slot.Count : 0).ToArray(),
                StringComparer.Ordinal);
        }
    }

    public void Dispose() => _listener.Dispose();

    private long Second => _time.GetUtcNow().ToUnixTimeSeconds();

    private static string? TileOf(string instrument, string label) => instrument switch
    {
        RotationTelemetry.Issues => "issues",
        RotationTelemetry.Reuses => "reuses",
        RotationTelemetry.Evictions => "evictions",
        RotationTelemetry.Rejections => "rejections",
        RotationTelemetry.Exchanges => Outcomes.GetValueOrDefault(label),
        _ => null,
    };

    private void Remember(string tile, long value)
    {
        var now = Second;
        lock (_recent)
        {
            if (!_recent.TryGetValue(tile, out var ring))
            {
                _recent[tile] = ring = new (long, long)[Seconds];
            }

            ref var slot = ref ring[now % Seconds];
            slot = slot.Second == now ? (now, slot.Count + value) : (now, value);
        }
    }
}
