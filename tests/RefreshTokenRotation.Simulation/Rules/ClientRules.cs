using RefreshTokenRotation.Simulation.Worlds;

namespace RefreshTokenRotation.Simulation.Rules;

/// <summary>What clients and thieves live through.</summary>
internal sealed class ClientRules(World world)
{
    /// <summary>
    /// Judges a refusal of a client that is alone in its world, by what the client itself knows: when it first presented its token, and how
    /// many responses it missed since. Excused are the host's own revocation, the end of a lifetime, and a request that arrived when the
    /// client had been answered on another and gone on (it recovers or revokes, and no scheme can tell it from a theft). Clocks that are more
    /// than a minute apart end every window.
    /// </summary>
    public Rule? OfRefusal(State state, Actor client, Ledger ledger)
    {
        if (!world.IsOneHonestClient
            || state.Revoked
            || (state.Delayed && world.ExcusesLateRequests)
            || ledger.IsExpired(state.Now + world.Drift)
            || world.Drift > 60)
        {
            return null;
        }

        var policy = world.Policies[0];
        var age = state.Now - client.FirstPresented + world.Drift;
        var recovery = policy.ShadowMode ? 0 : Ledger.RecoveryOf(policy, world.Key is not null);
        var mustStay = client.Lost == 0
            || age < (int)policy.Leeway.TotalSeconds
            || (age < recovery && client.Lost == 1);
        return mustStay ? Spec.ClientStaysIn : null;
    }

    /// <summary>
    /// Judges whether a thief may still be about. Excused are shadow mode, which revokes nothing, and reusable tokens, which never differ. A
    /// call that was told to retry has not been answered. A reissue brings both together again: that is shadowing. Where leeway reaches over several
    /// generations, a thief is one more holder for as long as nobody pauses: that is its price.
    /// </summary>
    public Rule? OfTheft(State state)
    {
        var ledger = state.Ledgers[0];
        return world.IsTheft
            && state.Theft is { Diverged: true, ClientPresented: true, ThiefPresented: true }
            && !ledger.Over
            && !ledger.IsExpired(state.Now)
            && !ledger.Reusable
            && world.Policies[state.Policy].LeewayGenerations == 1
            && !world.Policies[state.Policy].ShadowMode
                ? Spec.ThiefIsUnmasked
                : null;
    }
}
