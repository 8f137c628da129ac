namespace RefreshTokenRotation;

/// <summary>Reads and changes the policies of clients at run time.</summary>
public interface IRotationPolicyManager
{
    /// <summary>The policy of a client that is in force now.</summary>
    /// <param name="clientId">The client.</param>
    /// <param name="tenantId">The tenant; empty for hosts without tenants.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The policy of the store, or else of the options; even one that a later change of the bounds has made invalid, so that it can be fixed.</returns>
    /// <exception cref="RefreshTokenUnavailableException">The store or the resolver failed.</exception>
    /// <remarks>On another node it may be out of date by the cache time of the store. For a change use <see cref="ReadAsync"/>.</remarks>
    ValueTask<RotationPolicy> GetAsync(string clientId, string tenantId = "", CancellationToken cancellationToken = default);

    /// <summary>Reads the stored policy of a client without a cache, in order to change it.</summary>
    /// <param name="clientId">The client.</param>
    /// <param name="tenantId">The tenant; empty for hosts without tenants.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The policy of the store, or, without a version, the one in force if the store has none.</returns>
    /// <exception cref="RefreshTokenUnavailableException">The store or the resolver failed.</exception>
    ValueTask<VersionedRotationPolicy> ReadAsync(string clientId, string tenantId = "", CancellationToken cancellationToken = default);

    /// <summary>Sets the policy of a client, if nobody has changed it since it was read.</summary>
    /// <param name="clientId">The client.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="version">The version that <see cref="ReadAsync"/> returned; null if the store held no policy.</param>
    /// <param name="tenantId">The tenant; empty for hosts without tenants.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>True once the policy is stored; false if another change came first, and then nothing has changed: read again.</returns>
    /// <exception cref="RotationPolicyException">The policy is out of bounds; it names each setting, its value and its bound.</exception>
    /// <exception cref="RefreshTokenUnavailableException">The store failed; it is not known whether the policy changed.</exception>
    ValueTask<bool> TrySetAsync(
        string clientId, RotationPolicy policy, string? version, string tenantId = "", CancellationToken cancellationToken = default);

    /// <summary>Removes the policy of a client, if nobody has changed it since it was read.</summary>
    /// <param name="clientId">The client.</param>
    /// <param name="version">The version that <see cref="ReadAsync"/> returned; null if the store held no policy.</param>
    /// <param name="tenantId">The tenant; empty for hosts without tenants.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>True once the policy is removed; false if another change came first, and then nothing has changed: read again.</returns>
    /// <exception cref="RefreshTokenUnavailableException">The store failed; it is not known whether the policy changed.</exception>
    ValueTask<bool> TryRemoveAsync(string clientId, string? version, string tenantId = "", CancellationToken cancellationToken = default);

    /// <summary>Sets the policy of a client, whatever it was before.</summary>
    /// <param name="clientId">The client.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="tenantId">The tenant; empty for hosts without tenants.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="RotationPolicyException">The policy is out of bounds; it names each setting, its value and its bound.</exception>
    /// <exception cref="RefreshTokenUnavailableException">The store failed; it is not known whether the policy changed.</exception>
    ValueTask SetAsync(string clientId, RotationPolicy policy, string tenantId = "", CancellationToken cancellationToken = default);

    /// <summary>Removes the policy of a client, whatever it was, so that the options decide again.</summary>
    /// <param name="clientId">The client.</param>
    /// <param name="tenantId">The tenant; empty for hosts without tenants.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="RefreshTokenUnavailableException">The store failed; it is not known whether the policy changed.</exception>
    ValueTask RemoveAsync(string clientId, string tenantId = "", CancellationToken cancellationToken = default);
}
