using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using RefreshTokenRotation;
using RefreshTokenRotation.AspNetCore;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds security events, sent and received, after <c>AddEndpoints()</c>.</summary>
public static class SecurityEventsRefreshTokenRotationBuilderExtensions
{
    /// <summary>The name of the HTTP client that pushes events, at the host's factory.</summary>
    public const string PushClientName = "RefreshTokenRotation.SecurityEvents";

    /// <summary>Finds users by the names that other systems have for them. The last choice wins.</summary>
    /// <typeparam name="TResolver">The resolver.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="lifetime">How long an instance lives. Default: scoped, in the scope of each request.</param>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static RefreshTokenRotationBuilder UseSubjectIdentifierResolver<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TResolver>(
        this RefreshTokenRotationBuilder builder, ServiceLifetime lifetime = ServiceLifetime.Scoped)
        where TResolver : class, ISubjectIdentifierResolver
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Replace(ServiceDescriptor.Describe(typeof(ISubjectIdentifierResolver), typeof(TResolver), lifetime));
        return builder;
    }

    /// <summary>Makes a signed event (RFC 8417; Shared Signals 1.0, CAEP 1.0, RISC 1.0) of each revocation and each detected reuse, and hands it to every
    /// <see cref="ISecurityEventDelivery"/>. <see cref="SecurityEventTypes"/> says which. The host's <see cref="IJsonWebTokenSigner"/> signs.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options. They are validated when the host starts.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static RefreshTokenRotationBuilder AddSecurityEvents(this RefreshTokenRotationBuilder builder, Action<SecurityEventOptions> configure)
    {
        AddOptions(builder, configure);
        return builder.AddEventHandler<SecurityEventHandler>(ServiceLifetime.Singleton);
    }

    /// <summary>Pushes the events of <see cref="AddSecurityEvents"/> to a receiver (RFC 8935), from a bounded queue of files that survives a restart. An event is sent again
    /// until the receiver takes it, so it may come more than once; one that the receiver refuses for good (400) is lost, counted and logged (342).</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options. They are validated when the host starts.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static RefreshTokenRotationBuilder AddSecurityEventPush(this RefreshTokenRotationBuilder builder, Action<SecurityEventPushOptions> configure)
    {
        AddOptions(builder, configure);
        var services = builder.Services;
        services.AddSecretHttpClient(PushClientName, static client => (client.MaxResponseContentBufferSize, client.Timeout) = (16 * 1024, TimeSpan.FromSeconds(30)));
        services.TryAddSingleton<SecurityEventQueue>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ISecurityEventDelivery, SecurityEventQueue>(static provider => provider.GetRequiredService<SecurityEventQueue>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, SecurityEventPush>());
        return builder;
    }

    /// <summary>Adds the receiver of security events; map it with <c>MapSecurityEventReceiver()</c>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options. They are validated when the host starts.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static RefreshTokenRotationBuilder AddSecurityEventReceiver(this RefreshTokenRotationBuilder builder, Action<SecurityEventReceiverOptions> configure)
    {
        AddOptions(builder, configure);
        builder.Services.TryAddSingleton(static provider => ActivatorUtilities.CreateInstance<SecurityEventReceiver>(provider));
        return builder;
    }

    private static void AddOptions<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(
        RefreshTokenRotationBuilder builder, Action<TOptions> configure)
        where TOptions : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        builder.Services.AddOptions<TOptions>().Configure(configure).ValidateOnStart();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton(typeof(IValidateOptions<TOptions>), typeof(SecurityEventOptionsValidator)));
    }
}
