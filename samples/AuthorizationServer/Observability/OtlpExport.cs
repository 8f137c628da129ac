using AuthorizationServer.Setup;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using RefreshTokenRotation;

namespace AuthorizationServer.Observability;

/// <summary>Sends traces and metrics to an OpenTelemetry collector, by OTLP over HTTP.</summary>
internal sealed class OtlpExport(ServerSettings settings) : IHostedService, IDisposable
{
    private readonly ResourceBuilder _resource = ResourceBuilder.CreateDefault().AddService("authorization-server");
    private TracerProvider? _tracer;
    private MeterProvider? _meter;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _tracer = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(_resource)
            .AddSource(RotationTelemetry.ActivitySourceName)
            // The request's own activity is not recorded, and by default its children would not be either.
            .SetSampler(new AlwaysOnSampler())
            .AddOtlpExporter(options =>
            {
                SendTo(options, "v1/traces");
                options.BatchExportProcessorOptions.ScheduledDelayMilliseconds = 1000;
            })
            .Build();
        _meter = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(_resource)
            .AddMeter(RotationTelemetry.MeterName)
            .AddOtlpExporter((options, reader) =>
            {
                SendTo(options, "v1/metrics");
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = 10_000;
            })
            .Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _tracer?.Dispose();
        _meter?.Dispose();
    }

    private void SendTo(OtlpExporterOptions options, string path)
    {
        options.Protocol = OtlpExportProtocol.HttpProtobuf;
        options.Endpoint = new Uri(settings.Otlp!, path);
    }
}
