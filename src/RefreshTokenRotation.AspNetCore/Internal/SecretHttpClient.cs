using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>HTTP clients that send tokens and other secrets.</summary>
internal static class SecretHttpClient
{
    public static void AddSecretHttpClient(this IServiceCollection services, string name, Action<HttpClient> configure) => services.AddHttpClient(name)
        .ConfigureHttpClient(configure)

        // Its own log holds the headers, redacted in the message but not in the values.
        .RemoveAllLoggers()

        // A redirection would send the secrets to wherever it points.
        .ConfigurePrimaryHttpMessageHandler(static () =>
            new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) });
}
