using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.EntityFrameworkCore.Internal;

/// <summary>
/// Contexts as the host registered them: from its factory if it has one, else from a scope of the call's own. The store is a singleton and
/// keeps none; and the context of a request, with a transaction that may be open on it, is never touched.
/// </summary>
internal sealed class Contexts<TContext>(IServiceProvider provider, IServiceCollection services)
    where TContext : DbContext
{
    private readonly IServiceScopeFactory _scopes = provider.GetRequiredService<IServiceScopeFactory>();

    /// <summary>A factory may be scoped, and then the root provider must not be asked for it.</summary>
    private readonly IDbContextFactory<TContext>? _factory = LifetimeOf<IDbContextFactory<TContext>>(services) == ServiceLifetime.Singleton
        ? provider.GetRequiredService<IDbContextFactory<TContext>>()
        : null;

    private readonly bool _isShared = LifetimeOf<TContext>(services) == ServiceLifetime.Singleton;
    private volatile bool _hasTables;

    public ValueTask<ContextLease> OpenAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _factory is null ? new(OpenScopeAsync(cancellationToken)) : CreateAsync(_factory, scope: null, cancellationToken);
    }

    private static ServiceLifetime? LifetimeOf<TService>(IServiceCollection services) =>
        services.LastOrDefault(static service => service.ServiceType == typeof(TService) && !service.IsKeyedService)?.Lifetime;

    private async Task<ContextLease> OpenScopeAsync(CancellationToken cancellationToken)
    {
        var scope = _scopes.CreateAsyncScope();
        try
        {
            if (scope.ServiceProvider.GetService<IDbContextFactory<TContext>>() is { } factory)
            {
                return await CreateAsync(factory, scope, cancellationToken).ConfigureAwait(false);
            }

            return Resolve(scope);
        }
        catch
        {
            await scope.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async ValueTask<ContextLease> CreateAsync(
        IDbContextFactory<TContext> factory, AsyncServiceScope? scope, CancellationToken cancellationToken)
    {
        var context = await factory.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            RequireTables(context);
            return new ContextLease(context, ownsContext: true, scope);
        }
        catch
        {
            await context.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private ContextLease Resolve(AsyncServiceScope scope)
    {
        if (_isShared)
        {
            throw new InvalidOperationException(
                $"{typeof(TContext).Name} is a singleton: calls at the same time would share it, and its transactions. Register it as scoped, or with services.AddDbContextFactory<{typeof(TContext).Name}>(...).");
        }

        var context = scope.ServiceProvider.GetService<TContext>() ?? throw new InvalidOperationException(
            $"{typeof(TContext).Name} is not registered. Call services.AddDbContextFactory<{typeof(TContext).Name}>(...), AddDbContext or one of their pooled forms.");
        RequireTables(context);
        return new ContextLease(context, ownsContext: false, scope);
    }

    private void RequireTables(TContext context)
    {
        if (!_hasTables && context.Model.FindEntityType(typeof(FamilyRow)) is null)
        {
            throw new InvalidOperationException(
                $"The model of {typeof(TContext).Name} has no tables for refresh tokens. Call modelBuilder.AddRefreshTokenRotation() in its OnModelCreating, and add a migration.");
        }

        _hasTables = true;
    }
}

/// <summary>Opens a context that nobody else uses. Its model has the store's tables.</summary>
internal sealed record ContextSource(Func<CancellationToken, ValueTask<ContextLease>> OpenAsync);

/// <summary>A context for one call, and what has to go with it.</summary>
internal sealed class ContextLease(DbContext context, bool ownsContext, AsyncServiceScope? scope) : IAsyncDisposable
{
    public DbContext Context => context;

    public async ValueTask DisposeAsync()
    {
        if (ownsContext)
        {
            await context.DisposeAsync().ConfigureAwait(false);
        }

        if (scope is { } owned)
        {
            await owned.DisposeAsync().ConfigureAwait(false);
        }
    }
}
