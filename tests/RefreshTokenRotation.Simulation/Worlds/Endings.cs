using RefreshTokenRotation.Simulation.Calls;
using RefreshTokenRotation.Simulation.Rules;

namespace RefreshTokenRotation.Simulation.Worlds;

/// <summary>What becomes of an answer: it arrives, is lost, or is stolen on the way.</summary>
internal sealed class Endings(World world)
{
    private readonly AnswerRules _answers = new(world);
    private readonly ClientRules _clients = new(world);

    /// <param name="outcomes">Where the moves go.</param>
    /// <param name="state">The state without the call.</param>
    /// <param name="call">The call.</param>
    /// <param name="answer">Its answer.</param>
    /// <param name="view">What was true at its last read or write.</param>
    /// <param name="told">What happened before.</param>
    /// <param name="broken">The rule that was broken before.</param>
    /// <param name="universe">The names of tokens.</param>
    public void Add(
        Outcomes outcomes, State state, Running call, Answer answer, Ledger view, string told, Rule? broken, Universe universe)
    {
        var who = call.Root.Actor;
        if (who == world.Host)
        {
            outcomes.Add(state, told, broken);
            return;
        }

        var text = outcomes.Tells ? $"{told}; answer: {Describe(answer, universe)}" : "";
        broken ??= _answers.Of(answer, call, answer is Answer.Refused { Reason: RejectionReason.ReuseDetected } ? state.Ledgers[call.Family] : view);
        if (call.Abandoned)
        {
            outcomes.Add(state, text, broken);
        }
        else if (who == world.Thief)
        {
            AddThief(outcomes, state, call, answer, text, broken);
        }
        else
        {
            AddClient(outcomes, state, call, answer, text, broken);
        }
    }

    private void AddThief(Outcomes outcomes, State state, Running call, Answer answer, string text, Rule? broken)
    {
        var thief = state.Actors[world.Thief] with { Waits = false };
        var next = state.WithActor(world.Thief, answer is Answer.Accepted got ? thief.Pocketed(got.Token) : thief);
        Judge(outcomes, next, answer, byThief: true, call.Root.Token == thief.Held, text, broken);
    }

    private void AddClient(Outcomes outcomes, State state, Running call, Answer answer, string text, Rule? broken)
    {
        var who = call.Root.Actor;
        var client = state.Actors[who];
        switch (answer)
        {
            case Answer.Accepted got:
                Judge(outcomes, Arrived(state, who, got.Token), answer, byThief: false, true, text, broken);
                if (state.Budget.Losses > 0)
                {
                    AddLoss(outcomes, state, who, got.Token, text, broken);
                }

                break;
            case Answer.Refused:
                broken ??= _clients.OfRefusal(state, client, state.Ledgers[call.Family]);
                Judge(outcomes, state.WithActor(who, client with { Waits = false, Left = 0 }), answer, byThief: false, true, text, broken);
                break;
            default:
                outcomes.Add(state.WithActor(who, Missed(client)), text, broken);
                break;
        }
    }

    private State Arrived(State state, int who, int token)
    {
        if (world.NeverStores)
        {
            return state.WithActor(who, state.Actors[who] with { Waits = false });
        }

        if (!world.SharedStorage)
        {
            return state.WithActor(who, state.Actors[who].Received(token));
        }

        for (var tab = 0; tab < world.Clients; tab++)
        {
            var actor = state.Actors[tab];
            state = state.WithActor(tab, actor.Received(token) with { Waits = tab != who && actor.Waits });
        }

        return state;
    }

    private void AddLoss(Outcomes outcomes, State state, int who, int token, string text, Rule? broken)
    {
        var lost = state.WithActor(who, Missed(state.Actors[who])) with { Budget = state.Budget with { Losses = state.Budget.Losses - 1 } };
        outcomes.Add(lost, outcomes.Tells ? $"{text}, which is lost" : "", broken);
        if (world.ThiefCalls > 0 && lost.Budget.Thefts > 0)
        {
            var stolen = lost.WithActor(world.Thief, lost.Actors[world.Thief].Pocketed(token)) with
            {
                Budget = lost.Budget with { Thefts = lost.Budget.Thefts - 1 },
            };
            stolen = stolen with { Theft = default(Theft).After(byThief: true, true, stolen.Actors[0].Held, token) };
            outcomes.Add(stolen, outcomes.Tells ? $"{text}, which the thief receives instead" : "", broken);
        }
    }

    private void Judge(Outcomes outcomes, State state, Answer answer, bool byThief, bool presentsHeld, string text, Rule? broken)
    {
        if (world.IsTheft && answer is not Answer.Outage)
        {
            var counts = presentsHeld && answer is not Answer.Refused { Reason: RejectionReason.Expired };
            // An answer that was overtaken by a rotation had brought them together before that.
            var overtaken = answer is Answer.Accepted got && got.Token != state.Ledgers[0].Current;
            state = state with { Theft = (overtaken ? default : state.Theft).After(byThief, counts, state.Actors[0].Held, state.Actors[world.Thief].Held) };
            broken ??= _clients.OfTheft(state);
        }

        outcomes.Add(state, text, broken);
    }

    private Actor Missed(Actor actor) => actor with { Waits = false, Lost = actor.Lost + (world.IsOneHonestClient ? 1 : 0) };

    private static string Describe(Answer answer, Universe universe) => answer switch
    {
        Answer.Accepted accepted => $"{accepted.Outcome}, {universe.Name(accepted.Token)}",
        Answer.Refused refused => $"refused, {refused.Reason}",
        _ => "retry",
    };
}
