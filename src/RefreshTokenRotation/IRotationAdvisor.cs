namespace RefreshTokenRotation;

/// <summary>Says which preset fits a client, from the exchanges that this node has seen in the last weeks. Added by
/// <see cref="RefreshTokenRotationBuilder.AddRotationAdvisor"/>.</summary>
/// <remarks>
/// It learns under any rotating policy, in shadow mode too: from the events, after the write, so that no exchange waits for it. It keeps no
/// token, and no id of a user or a family: at most 6 MiB, for up to 100 clients with 256 sampled families each, under hashes whose key changes at each start. A
/// new client takes the place of one that
/// has been silent for a day. What is seen of a family ages out: counts are halved every 14 days, and families that are not seen for as long are forgotten.
/// </remarks>
public interface IRotationAdvisor
{
    /// <summary>The advice for a client.</summary>
    /// <param name="clientId">The client.</param>
    /// <param name="tenantId">The tenant; empty for hosts without tenants.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The advice; <see cref="ClientPattern.NotEnoughSeen"/> for a client of which this node has seen fewer than 20 rotations.</returns>
    ValueTask<RotationAdvice> GetAsync(string clientId, string tenantId = "", CancellationToken cancellationToken = default);
}
