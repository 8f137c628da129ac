using RefreshTokenRotation.Testing.Tests.Support;
using RefreshTokenRotation.TestSupport.Model;

namespace RefreshTokenRotation.Testing.Tests.Model;

/// <summary>Where the windows and the lifetimes of a family end.</summary>
internal static class Edges
{
    public static DateTimeOffset? Find(ModelFamily family, Edge edge, Subject subject)
    {
        var policy = subject.PolicyOf(new RotationPolicyContext(family.Grant.ClientId, family.Grant.TenantId, family.Grant.Resources));
        return edge switch
        {
            Edge.Leeway => family.Current.LeewayUntil,
            Edge.LeewayOfEarlier => family.Current.Earlier is [.., var oldest] ? oldest.Until : null,
            Edge.LeewayOfToday => family.Current.IssuedAt + policy.Leeway,
            Edge.Recovery => family.Current.RecoverUntil,
            Edge.RecoveryOfToday => family.Current.IssuedAt + policy.RecoveryWindow,
            Edge.Idle => family.IdleExpiresAt,
            Edge.Absolute => family.AbsoluteExpiresAt,
            _ => family.Current.IssuedAt - TimeSpan.FromMinutes(1),
        };
    }
}
