namespace RefreshTokenRotation.AspNetCore;

/// <summary>Where clients come from. The default reads <see cref="RefreshTokenEndpointOptions.Clients"/>. Called for every request, so keep it fast.</summary>
public interface IOAuthClientStore
{
    /// <summary>Finds a client.</summary>
    /// <param name="clientId">What the request named; any text.</param>
    /// <param name="tenantId">The tenant; empty for hosts without tenants.</param>
    /// <param name="cancellationToken">The request's.</param>
    /// <returns>The client, or null if it does not exist. An exception is an outage; the response is 503.</returns>
    ValueTask<OAuthClient?> FindAsync(string clientId, string tenantId, CancellationToken cancellationToken);
}
