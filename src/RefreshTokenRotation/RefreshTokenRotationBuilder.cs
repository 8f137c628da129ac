using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using RefreshTokenRotation.Advice;

namespace RefreshTokenRotation;

/// <summary>Chooses the parts of refresh token rotation. Adapters extend it with <c>Use…()</c> methods.</summary>
public sealed class RefreshTokenRotationBuilder
{
    internal RefreshTokenRotationBuilder(IServiceCollection services) => Services = services;

    /// <summary>The services that are configured.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Keeps families in the host's own store, as a singleton. The last choice wins.</summary>
    /// <typeparam name="TStore">The store.</typeparam>
    public RefreshTokenRotationBuilder UseTokenStore<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TStore>()
        where TStore : class, ITokenStore
    {
        Services.UseTokenStore(ServiceDescriptor.Singleton<ITokenStore, TStore>(), $"{nameof(UseTokenStore)}<{typeof(TStore).Name}>");
        return this;
    }

    /// <summary>Keeps families in a store that you create, as a singleton. The last choice wins.</summary>
    /// <param name="factory">Creates the store; called once. The container disposes what it returns.</param>
    /// <exception cref="ArgumentNullException"><paramref name="factory"/> is null.</exception>
    public RefreshTokenRotationBuilder UseTokenStore(Func<IServiceProvider, ITokenStore> factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        Services.UseTokenStore(ServiceDescriptor.Singleton(factory), nameof(UseTokenStore));
        return this;
    }

    /// <summary>Keeps run-time policies in the host's own store, as a singleton. The last choice wins.</summary>
    /// <typeparam name="TStore">The store.</typeparam>
    public RefreshTokenRotationBuilder UsePolicyStore<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TStore>()
        where TStore : class, IRotationPolicyStore =>
        this.UsePart<IRotationPolicyStore, TStore>();

    /// <summary>Resolves policies by your own rules, as a singleton. The last choice wins; options and policy store are then ignored.</summary>
    /// <typeparam name="TResolver">The resolver.</typeparam>
    public RefreshTokenRotationBuilder UsePolicyResolver<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TResolver>()
        where TResolver : class, IRotationPolicyResolver =>
        this.UsePart<IRotationPolicyResolver, TResolver>();

    /// <summary>Adds a hook. Hooks run in the order in which they were added.</summary>
    /// <typeparam name="THook">The hook.</typeparam>
    /// <param name="lifetime">How long an instance lives. Default: scoped, so that it can use a <c>DbContext</c>: the request's scope at the
    /// endpoints, otherwise <see cref="ExchangeRequest.Services"/>, otherwise a scope of its own. If every hook is a singleton, no scope is created.</param>
    public RefreshTokenRotationBuilder AddExchangeHook<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THook>(
        ServiceLifetime lifetime = ServiceLifetime.Scoped)
        where THook : class, IExchangeHook =>
        this.AddPart<IExchangeHook, THook>(lifetime);

    /// <summary>Adopts refresh tokens that another server issued, through your own source, as a singleton. Sources are tried in the
    /// order in which they were added; the first that recognizes a token decides.</summary>
    /// <typeparam name="TSource">The source.</typeparam>
    public RefreshTokenRotationBuilder AddLegacyTokenSource<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TSource>()
        where TSource : class, ILegacyTokenSource =>
        this.AddPart<ILegacyTokenSource, TSource>();

    /// <summary>Adds an event handler. It has its own queue.</summary>
    /// <typeparam name="THandler">The handler.</typeparam>
    /// <param name="lifetime">How long an instance lives. Default: scoped, in a scope per event. A handler that keeps something from event to event
    /// must be a singleton; no scope is created for it. In a container without a host, use a singleton too: while the container is disposed and
    /// drains the queue, it can no longer create scopes.</param>
    public RefreshTokenRotationBuilder AddEventHandler<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
        ServiceLifetime lifetime = ServiceLifetime.Scoped)
        where THandler : class, IRefreshTokenEventHandler =>
        this.AddPart<IRefreshTokenEventHandler, THandler>(lifetime);

    /// <summary>Adds <see cref="IRotationAdvisor"/>, which says which preset fits a client. It learns from events, in a queue of its own.</summary>
    public RefreshTokenRotationBuilder AddRotationAdvisor()
    {
        Services.TryAddSingleton<RotationAdvisor>();
        Services.TryAddSingleton<IRotationAdvisor>(static provider => provider.GetRequiredService<RotationAdvisor>());
        Services.TryAddEnumerable(ServiceDescriptor.Singleton<IRefreshTokenEventHandler, RotationAdvisor>(static provider => provider.GetRequiredService<RotationAdvisor>()));
        return this;
    }

    /// <summary>Changes when and how much the host prunes: it deletes ended families in the background while it runs, safely on many nodes at once.</summary>
    /// <param name="configure">Sets the options. Default: families that ended 7 days ago, every hour.</param>
    /// <exception cref="ArgumentNullException"><paramref name="configure"/> is null.</exception>
    public RefreshTokenRotationBuilder ConfigurePruning(Action<PruningOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        Services.Configure(configure);
        return this;
    }
}
