using AuthorizationServer.Setup;

namespace AuthorizationServer.Observability;

/// <summary>Registers what watches the server.</summary>
internal static class ObservabilityServices
{
    public static void AddObservability(this IServiceCollection services, ServerSettings settings, IHostEnvironment environment)
    {
        services.AddSingleton<MetricCollector>();
        services.AddSingleton<MetricsEndpoint>();
        if (settings.Otlp is not null)
        {
            services.AddHostedService<OtlpExport>();
        }

        if (settings.LogSpans && environment.IsDevelopment())
        {
            services.AddHostedService<SpanLog>();
        }
    }
}
