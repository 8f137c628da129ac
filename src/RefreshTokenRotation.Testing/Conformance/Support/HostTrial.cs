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
        await using var ownedProvider = provider.ConfigureAwait(false);

        // A store may prepare its schema when the host starts.
        var hosted = provider.GetServices<IHostedService>().ToList();
        var withLifecycle = hosted.OfType<IHostedLifecycleService>().ToList();
        await ForEachAsync(withLifecycle, service => service.StartingAsync(cancellationToken)).ConfigureAwait(false);
        await ForEachAsync(hosted, service => service.StartAsync(cancellationToken)).ConfigureAwait(false);
        await ForEachAsync(withLifecycle, service => service.StartedAsync(cancellationToken)).ConfigureAwait(false);
        await check(provider).ConfigureAwait(false);
        await ForEachAsync(withLifecycle, service => service.StoppingAsync(cancellationToken)).ConfigureAwait(false);
        await ForEachAsync(hosted, service => service.StopAsync(cancellationToken)).ConfigureAwait(false);
        await ForEachAsync(withLifecycle, service => service.StoppedAsync(cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>The one store of its kind, which every scope gets.</summary>
    public static async Task<TStore> RequireSingletonAsync<TStore>(IServiceProvider provider, string kind)
        where TStore : class
    {
        var stores = provider.GetServices<TStore>().ToList();
        CaseRun.Require(stores.Count == 1, $"{stores.Count} {kind} stores are registered");
        var scope = provider.CreateAsyncScope();
        await using var ownedScope = scope.ConfigureAwait(false);
        CaseRun.Require(
            ReferenceEquals(scope.ServiceProvider.GetRequiredService<TStore>(), stores[0]), "another scope gets another instance: the store is no singleton");

        return stores[0];
    }

    private static async Task ForEachAsync<T>(List<T> services, Func<T, Task> step)
    {
        foreach (var service in services)
        {
            await step(service).ConfigureAwait(false);
        }
    }
}
