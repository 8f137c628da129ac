using System.Reflection;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using RefreshTokenRotation;
using RefreshTokenRotation.Identity;
using RefreshTokenRotation.Identity.Internal;
using RefreshTokenRotation.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds refresh token rotation to ASP.NET Core Identity.</summary>
public static class IdentityBuilderRefreshTokenRotationExtensions
{
    /// <summary>Makes <c>/login</c> and <c>/refresh</c> of <c>MapIdentityApi</c> rotate: paths, bodies and responses stay the same.</summary>
    /// <remarks>
    /// Call it after <c>AddEntityFrameworkStores&lt;TContext&gt;()</c>: families are kept in that context, whose model calls
    /// <c>modelBuilder.AddRefreshTokenRotation()</c>. A store that was chosen before, or is chosen on the returned builder, is used instead.
    /// </remarks>
    /// <param name="builder">The builder of <c>AddIdentityApiEndpoints</c>.</param>
    /// <param name="configure">Sets the options of rotation: policies and lifetimes. Default: <see cref="RotationPolicy.Strict"/>.</param>
    /// <param name="configureIdentity">Sets the options for Identity.</param>
    /// <returns>The builder, on which you choose a store and more.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static RefreshTokenRotationBuilder AddRefreshTokenRotation(
        this IdentityBuilder builder,
        Action<RefreshTokenRotationOptions>? configure = null,
        Action<IdentityRotationOptions>? configureIdentity = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        var hasStore = services.Any(static service => service.ServiceType == typeof(ITokenStore));
        var rotation = services.AddRefreshTokenRotation(configure ?? (static _ => { })).AddLegacyTokenSource<IdentityTokenSource>();
        services.AddOptions<IdentityRotationOptions>()
            .Configure(options => options.UserType = builder.UserType)
            .Configure(configureIdentity ?? (static _ => { }))
            .Validate(
                static options => options.ClientId is { Length: > 0 and <= RequestLimits.IdentifierLength },
                $"ClientId must have 1 to {RequestLimits.IdentifierLength} characters.")
            .Validate(
                static options => options.TenantClaim is { Length: > 0 and <= RequestLimits.IdentifierLength },
                $"TenantClaim must have 1 to {RequestLimits.IdentifierLength} characters.")
            .ValidateOnStart();

        services.AddHttpContextAccessor();
        services.TryAddSingleton<OriginalBearerScheme>();
        services.TryAddSingleton<Tenants>();
        services.TryAddSingleton<UserKinds>();
        services.TryAddTransient<RotatingBearerHandler>();
        services.TryAddScoped<RefreshPreparation>();
        services.TryAddScoped(typeof(UserGate<>));
        services.TryAddScoped(typeof(UserGate), typeof(UserGate<>).MakeGenericType(builder.UserType));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<MatcherPolicy, RefreshEndpointPolicy>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<AuthenticationOptions>, OriginalBearerScheme>(
            static provider => provider.GetRequiredService<OriginalBearerScheme>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<BearerTokenOptions>, PreparedRefreshTickets.Setup>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton(typeof(IRefreshTokenEventHandler), typeof(TheftEmail<>).MakeGenericType(builder.UserType)));

        if (!hasStore && FindContext(services, builder.UserType) is { } context)
        {
            UseContext.MakeGenericMethod(context).Invoke(obj: null, [rotation]);
        }

        return rotation;
    }

    private static readonly MethodInfo UseContext =
        ((Func<RefreshTokenRotationBuilder, RefreshTokenRotationBuilder>)Use<DbContext>).Method.GetGenericMethodDefinition();

    private static RefreshTokenRotationBuilder Use<TContext>(RefreshTokenRotationBuilder builder)
        where TContext : DbContext => builder.UseEntityFrameworkCore<TContext>();

    /// <summary>The context of the user store: a type argument of the class that <c>AddEntityFrameworkStores</c> registered, or of its base classes.</summary>
    private static Type? FindContext(IServiceCollection services, Type userType)
    {
        var store = services.LastOrDefault(service => service.ServiceType == typeof(IUserStore<>).MakeGenericType(userType));
        for (var type = store is { IsKeyedService: false } ? store.ImplementationType : null; type is not null; type = type.BaseType)
        {
            if (type.GenericTypeArguments.FirstOrDefault(static argument => argument.IsAssignableTo(typeof(DbContext))) is { } context)
            {
                return context;
            }
        }

        return null;
    }
}
