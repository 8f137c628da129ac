namespace RefreshTokenRotation;

/// <summary>Keeps the policies that change at run time, by tenant and client. Write through <see cref="IRotationPolicyManager"/>, which validates.</summary>
/// <remarks>Whatever it throws is an outage, unless the caller has cancelled.</remarks>
public interface IRotationPolicyStore
{
    /// <summary>Finds the policy of a client.</summary>
    /// <param name="clientId">The client.</param>
    /// <param name="tenantId">The tenant; empty for hosts without tenants.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The policy, or null if the store holds none: the options decide then. Options of client and resource go before it.</returns>
    /// <remarks>Called once for every issue and every exchange: read from memory, and document how long a result may be out of date.</remarks>
    ValueTask<RotationPolicy?> FindAsync(string clientId, string tenantId, CancellationToken cancellationToken);

    /// <summary>Reads the policy of a client as it is stored now, for a change of it.</summary>
    /// <param name="clientId">The client.</param>
    /// <param name="tenantId">The tenant; empty for hosts without tenants.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The policy and its version, or null if the store holds none.</returns>
    /// <remarks>It goes past every cache: it returns what the last completed write of any node has left.</remarks>
    ValueTask<VersionedRotationPolicy?> ReadAsync(string clientId, string tenantId, CancellationToken cancellationToken);

    /// <summary>Sets or removes the policy of a client, if the store still holds the version that the change was made from.</summary>
    /// <param name="clientId">The client.</param>
    /// <param name="tenantId">The tenant; empty for hosts without tenants.</param>
    /// <param name="policy">The policy; null removes it.</param>
    /// <param name="version">The version that <see cref="ReadAsync"/> returned; null if it found no policy.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>True once the change is as durable as the token store. False if the store holds another version, and then nothing has changed.</returns>
    /// <remarks>Comparing and writing are one atomic step, for all nodes. Removing a policy succeeds even if there is none. A write that was
    /// repeated after a fault may report false though it was made: the caller reads again.</remarks>
    ValueTask<bool> TrySetAsync(string clientId, string tenantId, RotationPolicy? policy, string? version, CancellationToken cancellationToken);
}

/// <summary>A policy, and the version that a change of it names.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Version">An opaque text that differs whenever the stored policies differ, even across a removal; a store may use its stored form. Null
/// if the store holds no policy for the client, and the options decide.</param>
public sealed record VersionedRotationPolicy(RotationPolicy Policy, string? Version);
