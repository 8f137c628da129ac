using RefreshTokenRotation.Simulation.Calls;
using RefreshTokenRotation.Simulation.Worlds;

namespace RefreshTokenRotation.Simulation.Rules;

/// <summary>What a call may answer, by what was true at its last read or write.</summary>
internal sealed class AnswerRules(World world)
{
    public Rule? Of(Answer answer, Running call, Ledger ledger) => answer switch
    {
        Answer.Accepted accepted => OfSuccess(accepted, call, ledger),
        Answer.Refused refused => OfRefusal(refused.Reason, call, ledger),
        Answer.Outage when !call.Troubled => Spec.OutageIsReal,
        _ => null,
    };

    private Rule? OfSuccess(Answer.Accepted answer, Running call, Ledger ledger)
    {
        var presented = call.Root.Token;
        if (call.Root.AsksTooMuch)
        {
            return Spec.ScopeIsJudgedLast;
        }

        if (!IsEntitled(call.Root))
        {
            return Spec.StrangerChangesNothing;
        }

        // A call that learns late of its own write was decided before it.
        if (ledger.Over || (!call.Wrote && ledger.IsExpired(call.DecidedAt)))
        {
            return Spec.EndIsFinal;
        }

        if (answer.Outcome == ExchangeOutcome.Used)
        {
            return presented == ledger.Current && answer.Token == presented ? null : Spec.AncestorIsReuse;
        }

        if (presented != ledger.Previous && ledger.BackOf(presented) > 0 && answer.Outcome == ExchangeOutcome.Reissued)
        {
            return answer.Token != ledger.Current ? Spec.OneLineage : WindowOf(call, ledger).MayReissueEarlier(presented) ? null : Spec.AcceptedOnce;
        }

        if (presented != ledger.Previous)
        {
            return call.Wrote || answer.Outcome == ExchangeOutcome.Reissued ? Spec.AncestorIsReuse : Spec.AnswerIsStored;
        }

        if (answer.Token != ledger.Current)
        {
            return Spec.OneLineage;
        }

        // Who did not write the successor was given it again.
        return call.Wrote ? null
            : answer.Outcome != ExchangeOutcome.Reissued ? Spec.AnswerIsStored
            : WindowOf(call, ledger).MayReissue ? null
            : Spec.AcceptedOnce;
    }

    private Rule? OfRefusal(RejectionReason reason, Running call, Ledger ledger)
    {
        var presented = call.Root.Token;
        if (reason == RejectionReason.ReuseDetected && !ledger.Over && !world.Policies[call.Policy].ShadowMode)
        {
            return Spec.ReuseIsCommitted;
        }

        if (reason == RejectionReason.InvalidScope)
        {
            var window = WindowOf(call, ledger);
            var wouldBeAccepted = presented == ledger.Current
                || (presented == ledger.Previous && (window.MayReissue || window.MayRecover))
                || window.MayReissueEarlier(presented);
            return call.Root.AsksTooMuch && wouldBeAccepted ? null : Spec.ScopeIsJudgedLast;
        }

        var isServed = presented == ledger.Current
            || (presented == ledger.Previous && WindowOf(call, ledger).MustReissue)
            || WindowOf(call, ledger).MustReissueEarlier(presented);
        return IsEntitled(call.Root) && isServed && !ledger.Over && !ledger.IsExpired(call.DecidedAt + world.Drift) ? Spec.HonestIsServed : null;
    }

    private Window WindowOf(Running call, Ledger ledger) =>
        new(ledger, world.Policies[call.Policy], call.DecidedAt, world.Drift, world.Key is not null);

    private bool IsEntitled(CallRoot call) => call.Client == Universe.Client && (world.Key is null || call.Key == world.Key);
}
