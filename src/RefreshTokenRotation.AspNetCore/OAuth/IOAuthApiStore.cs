namespace RefreshTokenRotation.AspNetCore;

/// <summary>Where resource servers come from. The default reads <see cref="RefreshTokenEndpointOptions.Apis"/>. Called for every request that
/// issues a token, so keep it fast.</summary>
public interface IOAuthApiStore
{
    /// <summary>Finds a resource server.</summary>
    /// <param name="audience">Its identifier.</param>
    /// <param name="tenantId">The tenant; empty for hosts without tenants.</param>
    /// <param name="cancellationToken">The request's.</param>
    /// <returns>The resource server, or null if it does not exist. An exception is an outage; the response is 503.</returns>
    ValueTask<OAuthApi?> FindAsync(string audience, string tenantId, CancellationToken cancellationToken);
}
