using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.Internal;

/// <summary>Instruments that never throw: a listener must not undo an answer whose row is written, nor decide about a request.</summary>
internal static class Instruments
{
    /// <summary>The library's meter. A host need not have metrics.</summary>
    public static Meter CreateMeter(this IServiceProvider provider) =>
        provider.GetService<IMeterFactory>()?.Create(RotationTelemetry.MeterName) ?? new Meter(RotationTelemetry.MeterName);

    public static void TryAdd(this Counter<long> counter, long value, params ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!counter.Enabled)
        {
            return;
        }

        try
        {
            counter.Add(value, tags);
        }
#pragma warning disable RCS1075 // There is nowhere left to report it.
        catch (Exception)
        {
        }
#pragma warning restore RCS1075
    }

    public static void TryRecord<T>(this Histogram<T> histogram, T value, params ReadOnlySpan<KeyValuePair<string, object?>> tags)
        where T : struct
    {
        try
        {
            histogram.Record(value, tags);
        }
#pragma warning disable RCS1075 // There is nowhere left to report it.
        catch (Exception)
        {
        }
#pragma warning restore RCS1075
    }
}
