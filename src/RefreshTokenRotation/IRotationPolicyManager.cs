namespace RefreshTokenRotation;

/// <summary>Reads and changes the policies of clients at run time.</summary>
public interface IRotationPolicyManager
{
    /// <summary>The policy that holds for a client now.</summary>
    /// <param name="clientId">The client.</param>
    /// <param name="tenantId">The tenant; empty for hosts that have one.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The policy of the store, else of the options; also one that a later change of the bounds has made invalid, so that it can be mended.</returns>
    /// <exception cref="RefreshTokenUnavailableException">The store or the resolver failed.</exception>
    ValueTask<RotationPolicy> GetAsync(string clientId, string tenantId = "", CancellationToken cancellationToken = default);

    /// <summary>Sets the policy of a client.</summary>
    /// <param name="clientId">The client.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="tenantId">The tenant; empty for hosts that have one.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that ends when the policy is stored.</returns>
    /// <exception cref="ArgumentException">The policy is out of bounds; the message names each value and its bound.</exception>
    /// <exception cref="RefreshTokenUnavailableException">The store failed; it is not known whether the policy changed.</exception>
    ValueTask SetAsync(string clientId, RotationPolicy policy, string tenantId = "", CancellationToken cancellationToken = default);

    /// <summary>Removes the policy of a client, so that the options decide again.</summary>
    /// <param name="clientId">The client.</param>
    /// <param name="tenantId">The tenant; empty for hosts that have one.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that ends when the policy is removed.</returns>
    /// <exception cref="RefreshTokenUnavailableException">The store failed; it is not known whether the policy changed.</exception>
    ValueTask RemoveAsync(string clientId, string tenantId = "", CancellationToken cancellationToken = default);
}
