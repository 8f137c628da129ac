using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore;

/// <summary>Chooses where a resource server looks up which families have ended. By default, in this host's own token store.</summary>
public sealed class ResourceServerBuilder
{
    /// <summary>The name of the HTTP client that introspects, for hosts that configure it further: proxies, certificates, resilience.</summary>
    public const string IntrospectionClientName = "RefreshTokenRotation.Introspection";

    internal ResourceServerBuilder(IServiceCollection services) => Services = services;

    /// <summary>The services that are configured.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Asks the authorization server (RFC 7662), by the HTTP client <see cref="IntrospectionClientName"/> of the host's factory. The last
    /// choice wins.</summary>
    /// <param name="configure">Names the endpoint and the client.</param>
    /// <exception cref="ArgumentNullException"><paramref name="configure"/> is null.</exception>
    public ResourceServerBuilder UseIntrospection(Action<IntrospectionSourceOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        Services.AddOptions<IntrospectionSourceOptions>().Configure(configure).ValidateOnStart();
        Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<IntrospectionSourceOptions>, IntrospectionSourceValidator>());
        Services.AddSecretHttpClient(IntrospectionClientName, static client => client.MaxResponseContentBufferSize = 64 * 1024);
        Services.Replace(ServiceDescriptor.Singleton<IAccessTokenStatusSource, IntrospectionSource>());
        return this;
    }

    /// <summary>Asks your own source, as a singleton. The last choice wins.</summary>
    /// <typeparam name="TSource">The source.</typeparam>
    public ResourceServerBuilder UseStatusSource<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TSource>()
        where TSource : class, IAccessTokenStatusSource
    {
        Services.Replace(ServiceDescriptor.Singleton<IAccessTokenStatusSource, TSource>());
        return this;
    }
}
