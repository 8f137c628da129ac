using Microsoft.Extensions.Diagnostics.HealthChecks;
using RefreshTokenRotation.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a health check of the token store.</summary>
public static class TokenStoreHealthChecksBuilderExtensions
{
    /// <summary>Checks that the token store can read and write: it looks up and conditionally writes a family that does not exist, which
    /// changes nothing. The result shows neither the store's message nor its address.</summary>
    /// <param name="builder">The health checks of the host.</param>
    /// <param name="name">The name of the check.</param>
    /// <param name="failureStatus">What is reported when the store fails. Default: unhealthy.</param>
    /// <param name="tags">Tags to choose checks by. Default: none.</param>
    /// <param name="timeout">How long the store may take. Default: 5 seconds.</param>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is not positive.</exception>
    public static IHealthChecksBuilder AddRefreshTokenRotation(
        this IHealthChecksBuilder builder,
        string name = "refresh_token_store",
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null,
        TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var limit = timeout ?? TimeSpan.FromSeconds(5);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(limit, TimeSpan.Zero, nameof(timeout));
        return builder.Add(new HealthCheckRegistration(
            name,
            provider => new TokenStoreHealthCheck(provider.GetRequiredService<ITokenStore>(), provider.GetRequiredService<TimeProvider>(), limit),
            failureStatus,
            tags));
    }
}
