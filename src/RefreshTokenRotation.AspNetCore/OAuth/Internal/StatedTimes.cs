using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>The leeway and the lifetimes that responses state, if the host asks for them.</summary>
internal sealed class StatedTimes(IRotationPolicyResolver policies, TimeProvider time, IOptions<RefreshTokenEndpointOptions> options)
{
    private readonly bool _statesLifetimes = options.Value.StateLifetimes;
    private readonly bool _isStated = options.Value.StateLeeway;

    /// <summary>The leeway of the family's policy; null if responses do not state it.</summary>
    public async ValueTask<TimeSpan?> FindLeewayAsync(TokenFamilyInfo family, CancellationToken cancellationToken) => _isStated
        ? (await policies.ResolveAsync(new RotationPolicyContext(family.TenantId, family.ClientId, family.Resources), cancellationToken).ConfigureAwait(false)).Leeway
        : null;

    /// <summary>What is left of the family's life; nothing if responses do not state it.</summary>
    public StatedLifetimes LifetimesOf(TokenFamilyInfo family) => _statesLifetimes ? StatedLifetimes.Of(family, time.GetUtcNow()) : default;
}
