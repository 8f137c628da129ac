using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace RefreshTokenRotation;

/// <summary>The host's parts of one kind, hooks for instance, whatever lifetime they were registered with. Singletons are taken once, and no scope is
/// ever made for them; others come from the caller's scope, or else from a scope of their own.</summary>
/// <typeparam name="T">The kind.</typeparam>
internal sealed class HostParts<T>
    where T : class
{
    private readonly IServiceScopeFactory _scopes;

    /// <summary>Looks at what was registered; singletons are taken at once.</summary>
    /// <param name="services">What was registered: a built container no longer shows lifetimes.</param>
    /// <param name="root">The container.</param>
    public HostParts(IServiceCollection services, IServiceProvider root)
    {
        Descriptors = [.. services.Where(static service => service.ServiceType == typeof(T) && !service.IsKeyedService)];
        _scopes = root.GetRequiredService<IServiceScopeFactory>();
        if (Descriptors.All(static service => service.Lifetime == ServiceLifetime.Singleton))
        {
            Singletons = [.. root.GetServices<T>()];
        }
    }

    /// <summary>The parts, where all are singletons; else null.</summary>
    public T[]? Singletons { get; }

    /// <summary>The registrations in order, which is that of the parts.</summary>
    public ServiceDescriptor[] Descriptors { get; }

    public bool IsEmpty => Singletons is { Length: 0 };

    /// <summary>Uses the parts, in the order of their registration.</summary>
    /// <param name="scope">The caller's scope; null where there is none.</param>
    /// <param name="state">What the use needs.</param>
    /// <param name="use">The use.</param>
    public ValueTask<TResult> UseAsync<TState, TResult>(IServiceProvider? scope, TState state, Func<T[], TState, ValueTask<TResult>> use) =>
        Singletons is { } singletons ? use(singletons, state)
        : scope is not null ? use([.. scope.GetServices<T>()], state)
        : UseInScopeAsync(state, use);

    private async ValueTask<TResult> UseInScopeAsync<TState, TResult>(TState state, Func<T[], TState, ValueTask<TResult>> use)
    {
        var scope = _scopes.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            return await use([.. scope.ServiceProvider.GetServices<T>()], state).ConfigureAwait(false);
        }
    }
}

/// <summary>How a package takes parts of the host.</summary>
internal static class HostPartsExtensions
{
    /// <summary>Adds the host's parts of one kind, once.</summary>
    public static void AddHostParts<T>(this IServiceCollection services)
        where T : class =>
        services.TryAddSingleton(provider => new HostParts<T>(services, provider));
}
