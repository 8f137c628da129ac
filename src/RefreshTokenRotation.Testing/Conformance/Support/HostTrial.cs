using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace RefreshTokenRotation.Testing.Conformance.Support;

/// <summary>A host that chose the store through the builder.</summary>
internal static class HostTrial
{
    public static async Task RunAsync(ConformanceHarness harness, Func<IServiceProvider, Task> check, CancellationToken cancellationToken)
    {
        var services = new ServiceCollection();
        harness.Configure(services.AddRefreshTokenRotation());
        var provider = services.BuildServiceProvider(validateScopes: true);
        await using (provider.ConfigureAwait(false))
        {
            // A store may prepare its schema when the host starts.
            await StartAsync(provider, cancellationToken).ConfigureAwait(false);
            await check(provider).ConfigureAwait(false);
            await StopAsync(provider, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task StartAsync(ServiceProvider provider, CancellationToken cancellationToken)
    {
        var services = provider.GetServices<IHostedService>().ToList();
        var withLifecycle = services.OfType<IHostedLifecycleService>().ToList();
        foreach (var service in withLifecycle)
        {
            await service.StartingAsync(cancellationToken).ConfigureAwait(false);
        }

        foreach (var service in services)
        {
            await service.StartAsync(cancellationToken).ConfigureAwait(false);
        }

        foreach (var service in withLifecycle)
        {
            await service.StartedAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task StopAsync(ServiceProvider provider, CancellationToken cancellationToken)
    {
        var services = provider.GetServices<IHostedService>().ToList();
        var withLifecycle = services.OfType<IHostedLifecycleService>().ToList();
        foreach (var service in withLifecycle)
        {
            await service.StoppingAsync(cancellationToken).ConfigureAwait(false);
        }

        foreach (var service in services)
        {
            await service.StopAsync(cancellationToken).ConfigureAwait(false);
        }

        foreach (var service in withLifecycle)
        {
            await service.StoppedAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
