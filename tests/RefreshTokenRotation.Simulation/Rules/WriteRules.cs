using RefreshTokenRotation.Simulation.Calls;
using RefreshTokenRotation.Simulation.Worlds;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Simulation.Rules;

/// <summary>What a write of the store may change.</summary>
internal sealed class WriteRules(World world, Universe universe)
{
    /// <summary>The rule that a write of an exchange breaks, or null.</summary>
    public Rule? OfExchange(TokenFamily before, TokenFamily after, Ledger ledger, Running call)
    {
        var policy = world.Policies[call.Policy];
        var presented = call.Root.Token;
        var window = new Window(ledger, policy, call.DecidedAt, world.Drift, world.Key is not null);

        if (call.Root.Client != Universe.Client || (world.Key is not null && call.Root.Key != world.Key))
        {
            return Spec.StrangerChangesNothing;
        }

        if (ledger.Over || ledger.IsExpired(call.DecidedAt))
        {
            return Spec.EndIsFinal;
        }

        return Always(before, after)
            ?? (after.RevokedAt is not null ? OfRevocation(before, policy, ledger, window, call)
                : after.SecretHash != before.SecretHash ? OfSuccessor(after, presented, ledger, window, call)
                : presented != ledger.Current ? Spec.AncestorIsReuse
                : null);
    }

    /// <summary>The rule that any write breaks, the host's too.</summary>
    public static Rule? Always(TokenFamily before, TokenFamily after)
    {
        if (after.SecretHash == before.SecretHash
            && (after.RotatedAt != before.RotatedAt
                || (after.LeewayUntil is not null && after.LeewayUntil != before.LeewayUntil)
                || (after.RecoverUntil is not null && after.RecoverUntil != before.RecoverUntil)))
        {
            return Spec.WindowStays;
        }

        return before.AbsoluteExpiresAt is { } end && !(after.AbsoluteExpiresAt <= end) ? Spec.ExpiryStays : null;
    }

    /// <summary>The rule that an exchange breaks by the end of a family that is not the one of its token.</summary>
    public Rule? OfOtherFamily(FamilyRevocation revocation, Running call) =>
        revocation.Reason == RevocationReason.ReuseDetected && world.Policies[call.Policy].ReuseResponse == ReuseResponse.Family ? Spec.ReuseStaysInside : null;

    private static Rule? OfSuccessor(TokenFamily after, int presented, Ledger ledger, Window window, Running call)
    {
        if (presented != ledger.Current && presented != ledger.Previous)
        {
            return Spec.AncestorIsReuse;
        }

        if (presented == ledger.Previous && !window.MayRecover)
        {
            return window.MustReissue ? Spec.OneLineage : Spec.AcceptedOnce;
        }

        return Universe.Seconds(after.RotatedAt) != call.At ? Spec.WindowStays : null;
    }

    private Rule? OfRevocation(TokenFamily before, RotationPolicy policy, Ledger ledger, Window window, Running call)
    {
        var presented = call.Root.Token;
        if (policy.ShadowMode)
        {
            return Spec.ShadowRevokesNothing;
        }

        if (call.FoundGood && policy.Leeway > TimeSpan.Zero)
        {
            return Spec.OvertakenIsSpared;
        }

        var isServed = presented == ledger.Current
            || (presented == ledger.Previous && (window.MustReissue || window.MustRecover))
            || window.MustReissueEarlier(presented)
            || (ledger.Reusable && ledger.Previous < 0);
        return isServed || universe.CurrentTokenOf(before) != ledger.Current ? Spec.OnlyReuseRevokes : null;
    }
}
