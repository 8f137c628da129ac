namespace RefreshTokenRotation;

/// <summary>Finds the policy of a family, by default the most specific: client and resource (options), client (policy store, then options), resource, default.</summary>
/// <remarks>Called at every issue and every exchange: resolve from memory. A policy out of bounds is logged as an error and makes the call that needs it unavailable.</remarks>
public interface IRotationPolicyResolver
{
    /// <summary>Finds the policy in force.</summary>
    /// <param name="context">The family's client, tenant and resource servers.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The policy; never null. An exception makes the call that needs it unavailable.</returns>
    ValueTask<RotationPolicy> ResolveAsync(RotationPolicyContext context, CancellationToken cancellationToken);
}
