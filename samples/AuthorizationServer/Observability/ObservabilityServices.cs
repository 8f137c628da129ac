using AuthorizationServer.Setup;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using RefreshTokenRotation;

namespace AuthorizationServer.Observability;

/// <summary>Registers metrics and traces.</summary>
internal static class ObservabilityServices
{
    /// <summary>One generation (a lost response) and more (a copy) must not share a bucket.</summary>
    private static readonly double[] Generations = [0, 1, 2, 5, 10, 25, 100, 1000];

    public static void AddObservability(this IServiceCollection services, ServerSettings settings, IHostEnvironment environment)
    {
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("authorization-server"))
            .WithMetrics(metrics => metrics
                .AddMeter(RotationTelemetry.MeterName, "Microsoft.AspNetCore.RateLimiting", "System.Runtime")
                .AddView(RotationTelemetry.ReuseAge, new ExplicitBucketHistogramConfiguration { Boundaries = Generations })
                .AddPrometheusExporter(options => options.ScrapeResponseCacheDurationMilliseconds = 0));
        services.AddHostedService<KnownSeries>();
        if (settings.Otlp is { } collector)
        {
            AddOtlp(telemetry, collector);
        }

        if (settings.LogSpans && environment.IsDevelopment())
        {
            services.AddHostedService<SpanLog>();
        }
    }

    /// <summary>Sends traces and metrics to an OpenTelemetry collector, by OTLP over HTTP.</summary>
    private static void AddOtlp(OpenTelemetryBuilder telemetry, Uri collector)
    {
        telemetry
            .WithTracing(traces => traces
                .AddSource(RotationTelemetry.ActivitySourceName)
                // The request's own activity is not recorded, and by default its children would not be either.
                .SetSampler(new AlwaysOnSampler())
                .AddOtlpExporter(options =>
                {
                    SendTo(options, "v1/traces");
                    options.BatchExportProcessorOptions.ScheduledDelayMilliseconds = 1000;
                }))
            .WithMetrics(metrics => metrics.AddOtlpExporter((options, reader) =>
            {
                SendTo(options, "v1/metrics");
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = 10_000;
            }));

        void SendTo(OtlpExporterOptions options, string path)
        {
            options.Protocol = OtlpExportProtocol.HttpProtobuf;
            options.Endpoint = new Uri(collector, path);
        }
    }
}
