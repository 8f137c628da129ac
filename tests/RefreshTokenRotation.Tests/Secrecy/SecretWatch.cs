using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Secrecy;

/// <summary>An engine of which every word is kept: logs, events, metrics, spans, answers and exceptions.</summary>
internal sealed class SecretWatch : IDisposable
{
    private readonly MetricRecorder _metrics = new();
    private readonly ActivityListener _spans;
    private readonly LogCapture _log = new();
    private readonly ConcurrentQueue<string> _words = new();
    private readonly InMemoryTokenStore _rows = new();

    public SecretWatch()
    {
        Store = new InterceptingStore(_rows);
        _spans = new ActivityListener
        {
            ShouldListenTo = source => source.Name == RotationTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span => _words.Enqueue(
                $"{span.DisplayName} {span.StatusDescription} {string.Join(' ', span.TagObjects)} {string.Join(' ', span.Events.SelectMany(told => told.Tags))}"),
        };
        ActivitySource.AddActivityListener(_spans);
        Engine = new Engine(RotationPolicy.Mobile, Store, builder => builder.Services.AddSingleton<ILoggerFactory>(_log));
        Store.After = _ =>
        {
            foreach (var row in _rows.Table.Slots.Select(slot => slot.Value.Family).OfType<TokenFamily>())
            {
                Known.Know(row);
            }

            return Task.CompletedTask;
        };
    }

    public Engine Engine { get; }

    public InterceptingStore Store { get; }

    public Leaks Known { get; } = new();

    /// <summary>Everything that anybody but the caller could read.</summary>
    public IReadOnlyList<string> Words =>
    [
        .. _words,
        .. _metrics.All.Select(measured => $"{measured.Instrument} {measured.Value} {measured.Tags}"),
        .. _log.Entries.Select(entry => $"{entry.Message}\n{entry.Values()}\n{entry.Exception}"),
        .. Engine.Events.All.SelectMany(told => new[] { told.ToString(), JsonSerializer.Serialize(told, told.GetType()) }),
    ];

    public int LogCount => _log.Entries.Count;

    /// <summary>Runs a call, and keeps what its answer or its exception says of itself.</summary>
    public async Task<T?> TellAsync<T>(ValueTask<T> call)
    {
        try
        {
            var answer = await call;
            _words.Enqueue($"{answer}");
            return answer;
        }
        catch (Exception fault)
        {
            _words.Enqueue($"{fault}\n{fault.Message}\n{string.Join(' ', fault.Data.Values.Cast<object>())}");
            return default;
        }
    }

    public void Dispose()
    {
        Engine.Dispose();
        _metrics.Dispose();
        _spans.Dispose();
        _log.Dispose();
    }
}
