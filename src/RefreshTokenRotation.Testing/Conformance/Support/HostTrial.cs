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
            var hosted = provider.GetServices<IHostedService>().ToList();
            foreach (var service in hosted)
            {
                await service.StartAsync(cancellationToken).ConfigureAwait(false);
            }

            await check(provider).ConfigureAwait(false);
            foreach (var service in hosted)
            {
                await service.StopAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
