namespace RefreshTokenRotation;

/// <summary>Keeps the policies that change at run time, by tenant and client. Write through <see cref="IRotationPolicyManager"/>, which validates.</summary>
public interface IRotationPolicyStore
{
    /// <summary>Finds the policy of a client.</summary>
    /// <param name="clientId">The client.</param>
    /// <param name="tenantId">The tenant; empty for hosts that have one.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The policy, or null if the store holds none: the options decide then. Options of client and resource go before it.</returns>
    /// <remarks>Called once for every issue and every exchange: answer from memory, and say for how long an answer may be out of date.</remarks>
    ValueTask<RotationPolicy?> FindAsync(string clientId, string tenantId, CancellationToken cancellationToken);

    /// <summary>Sets the policy of a client, or removes it.</summary>
    /// <param name="clientId">The client.</param>
    /// <param name="tenantId">The tenant; empty for hosts that have one.</param>
    /// <param name="policy">The policy; null removes it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that ends when the policy is as durable as the token store.</returns>
    ValueTask SetAsync(string clientId, string tenantId, RotationPolicy? policy, CancellationToken cancellationToken);
}
