using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>The leeway that responses state, if the host asks for it.</summary>
internal sealed class StatedLeeway(IRotationPolicyResolver policies, IOptions<RefreshTokenEndpointOptions> options)
{
    private readonly bool _isStated = options.Value.StateLeeway;

    /// <summary>The leeway of the family's policy; null if responses do not state it.</summary>
    public async ValueTask<TimeSpan?> FindAsync(TokenFamilyInfo family, CancellationToken cancellationToken) => _isStated
        ? (await policies.ResolveAsync(new RotationPolicyContext(family.TenantId, family.ClientId, family.Resources), cancellationToken).ConfigureAwait(false)).Leeway
        : null;
}
