using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using RefreshTokenRotation.Client;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers clients that refresh access tokens.</summary>
public static class RefreshTokenClientServiceCollectionExtensions
{
    private const long MaxAnswerSize = 1024 * 1024;

    /// <summary>Registers a client at an authorization server. Its sessions are kept in memory unless the builder names a store.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">The client's name in this app, also the key of its <see cref="RefreshTokenClient"/>.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>Configures the store and its encryption.</returns>
    public static RefreshTokenClientBuilder AddRefreshTokenClient(this IServiceCollection services, string name, Action<RefreshTokenClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(configure);

        services.AddLogging();
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ITokenSessionAccessor, SingleSession>();
        services.TryAddSingleton<ClientMetrics>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RefreshTokenClientOptions>, RefreshTokenClientOptionsValidator>());
        services.AddOptions<RefreshTokenClientOptions>(name).Configure(configure).ValidateOnStart();
        services.TryAddKeyedSingleton<ITokenSessionStore, InMemoryTokenSessionStore>(name);
        services.TryAddKeyedSingleton(name, Create);

        // A redirect would carry the refresh token to an address that nobody configured, and cookies have no part in this.
        var http = services.AddHttpClient(HttpName(name), static client => (client.Timeout, client.MaxResponseContentBufferSize) = (Timeout.InfiniteTimeSpan, MaxAnswerSize))
            .ConfigurePrimaryHttpMessageHandler(static () => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
            .RemoveAllLoggers(); // an exception of a handler may hold what it sent; this package logs what matters
        return new RefreshTokenClientBuilder(services, name, http);
    }

    /// <summary>Attaches the client's access tokens to requests, and refreshes them: ahead of their end, and after a 401.</summary>
    /// <param name="builder">The HTTP client.</param>
    /// <param name="clientName">The name that <see cref="AddRefreshTokenClient"/> got.</param>
    /// <param name="configure">Sets the options of this HTTP client.</param>
    public static IHttpClientBuilder AddRefreshTokenHandler(this IHttpClientBuilder builder, string clientName, Action<RefreshTokenHandlerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(clientName);
        var options = new RefreshTokenHandlerOptions();
        configure?.Invoke(options);
        return builder.AddHttpMessageHandler(services => new RefreshTokenHandler(services.GetRequiredKeyedService<RefreshTokenClient>(clientName), options));
    }

    private static string HttpName(string name) => $"RefreshTokenRotation.Client:{name}";

    private static RefreshTokenClient Create(IServiceProvider services, object? key)
    {
        var name = (string)key!;
        var options = services.GetRequiredService<IOptionsMonitor<RefreshTokenClientOptions>>().Get(name);
        var store = services.GetRequiredKeyedService<ITokenSessionStore>(name);
        var protection = services.GetKeyedService<SessionProtection>(name);
        if (protection is null && store is FileTokenSessionStore)
        {
            throw new OptionsValidationException(name, typeof(RefreshTokenClientOptions), ["UseFiles needs UseDataProtection or UseEncryptionKey: files hold refresh tokens."]);
        }

        var (time, metrics) = (services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ClientMetrics>());
        var factory = services.GetRequiredService<IHttpClientFactory>();
        var accessor = services.GetRequiredService<ITokenSessionAccessor>();
        return new(name, options, store, protection ?? SessionProtection.None, metrics, () => factory.CreateClient(HttpName(name)), accessor, time);
    }

    private sealed class SingleSession : ITokenSessionAccessor
    {
        public string? GetSessionId(string clientName) => TokenSessionKey.DefaultSessionId;
    }
}
