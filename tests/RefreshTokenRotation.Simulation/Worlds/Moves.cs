using RefreshTokenRotation.Simulation.Calls;

namespace RefreshTokenRotation.Simulation.Worlds;

/// <summary>Everything that can happen next in a state, in a fixed order.</summary>
internal sealed class Moves(World world, Universe universe, CallTree calls)
{
    private readonly CallMoves _callMoves = new(world, universe, calls);

    /// <summary>Whether moves are described.</summary>
    public bool Tells { get; init; }

    public void AddTo(List<Move> moves, State state)
    {
        var outcomes = new Outcomes(moves, Tells);
        for (var i = 0; i < state.Calls.Length; i++)
        {
            _callMoves.Advance(outcomes, state, i);
            AddTrouble(outcomes, state, i);
        }

        foreach (var write in state.LateWrites)
        {
            _callMoves.Land(outcomes, state, write);
        }

        if (state.Calls.Length < world.Parallel)
        {
            AddExchanges(outcomes, state);
            AddHost(outcomes, state);
        }

        AddThefts(outcomes, state);
        AddTime(outcomes, state);
    }

    private void AddTime(Outcomes outcomes, State state)
    {
        if (state.Budget.Ticks > 0)
        {
            foreach (var tick in world.Ticks)
            {
                var next = state with { Now = state.Now + tick, Budget = state.Budget with { Ticks = state.Budget.Ticks - 1 } };
                outcomes.Add(next, outcomes.Tells ? $"{tick} s pass; it is now {next.Now} s" : "");
            }
        }

        if (state.Budget.PolicyChanges > 0)
        {
            for (var policy = 0; policy < world.Policies.Count; policy++)
            {
                if (policy != state.Policy)
                {
                    var budget = state.Budget with { PolicyChanges = state.Budget.PolicyChanges - 1 };
                    outcomes.Add(state with { Policy = policy, Budget = budget }, outcomes.Tells ? $"policy {policy} holds from now on" : "");
                }
            }
        }
    }

    private void AddThefts(Outcomes outcomes, State state)
    {
        if (world.ThiefCalls == 0 || state.Budget.Thefts == 0)
        {
            return;
        }

        var thief = state.Actors[world.Thief];
        for (var client = 0; client < world.Clients; client++)
        {
            var held = state.Actors[client].Held;
            if (held >= 0 && !thief.Bag.Contains(held))
            {
                var next = state.WithActor(world.Thief, thief.Pocketed(held)) with
                {
                    Budget = state.Budget with { Thefts = state.Budget.Thefts - 1 },
                    Theft = default,
                };
                outcomes.Add(next, outcomes.Tells ? $"thief copies {universe.Name(held)} from {world.NameOf(client)}" : "");
            }
        }
    }

    private void AddExchanges(Outcomes outcomes, State state)
    {
        for (var client = 0; client < world.Clients; client++)
        {
            if (state.Actors[client] is { Held: >= 0, Left: > 0, Waits: false } actor)
            {
                var presenting = actor with { Waits = true };
                if (world.IsOneHonestClient && actor.FirstPresented < 0)
                {
                    presenting = presenting with { FirstPresented = state.Now };
                }

                Begin(outcomes, state, client, presenting, actor.Held, Universe.Client, world.Key);
            }
        }

        if (state.Actors[world.Thief] is { Left: > 0, Waits: false } thief)
        {
            foreach (var token in thief.Bag)
            {
                Begin(outcomes, state, world.Thief, thief with { Waits = true }, token, world.ThiefClient, world.ThiefKey);
            }
        }
    }

    private void Begin(Outcomes outcomes, State state, int who, Actor actor, int token, string client, string? key)
    {
        var root = new CallRoot(CallKind.Exchange, who, actor.Begun, token, Client: client, Key: key, AsksTooMuch: who == world.Thief && world.ThiefAsksTooMuch, SlowSigner: world.SlowSigner);
        Begin(outcomes, state, who, actor, root, universe.FamilyOf(token), outcomes.Tells ? $"presents {universe.Name(token)}" : "");
    }

    private void AddHost(Outcomes outcomes, State state)
    {
        var host = state.Actors[world.Host];
        if (state.Budget.Revocations > 0 && state.Rows[0] >= 0)
        {
            var root = new CallRoot(CallKind.Revoke, world.Host, host.Begun, 0);
            var next = state with { Revoked = true, Budget = state.Budget with { Revocations = state.Budget.Revocations - 1 } };
            Begin(outcomes, next, world.Host, host, root, 0, "revokes the family");
        }

        if (state.Budget.ConfirmedUses > 0 && state.Rows[0] >= 0)
        {
            // Who was sent a token was sent an access token too, and may have used it.
            foreach (var held in state.Actors.Take(world.Clients + 1).Select(actor => actor.Held).Where(held => held >= 0).Distinct())
            {
                var root = new CallRoot(CallKind.ConfirmUse, world.Host, host.Begun, 0, universe.GenerationOf(held));
                var next = state with { Budget = state.Budget with { ConfirmedUses = state.Budget.ConfirmedUses - 1 } };
                Begin(outcomes, next, world.Host, host, root, 0, outcomes.Tells ? $"confirms the use of generation {root.Generation}" : "");
            }
        }
    }

    private void Begin(Outcomes outcomes, State state, int who, Actor actor, CallRoot root, int family, string text)
    {
        foreach (var clock in world.Nodes)
        {
            var call = new Running(calls.Begin(root), family, clock, state.Now, Abandoned: false, At: state.Now + clock);
            var next = state.WithActor(who, actor with { Begun = actor.Begun + 1, Left = actor.Left - (root.Kind == CallKind.Exchange ? 1 : 0) });
            var where = outcomes.Tells && world.Nodes.Count > 1 ? $" to the node whose clock is {clock} s off" : "";
            outcomes.Add(next.PlusCall(call), outcomes.Tells ? $"{world.NameOf(who)} {text}{where}" : "");
        }
    }

    private void AddTrouble(Outcomes outcomes, State state, int index)
    {
        var call = state.Calls[index];
        var who = call.Root.Actor;
        if (state.Budget.Faults > 0)
        {
            var next = state.WithoutCall(index) with { Budget = state.Budget with { Faults = state.Budget.Faults - 1 } };
            outcomes.Add(
                call.Abandoned || who == world.Host ? next : next.WithActor(who, Missed(state.Actors[who])),
                outcomes.Tells ? $"the node that runs the call of {world.NameOf(who)} crashes" : "");
        }

        if (world.GivesUp && state.Budget.Losses > 0 && !call.Abandoned && who < world.Clients)
        {
            var next = state.WithCall(index, call with { Abandoned = true }).WithActor(who, Missed(state.Actors[who]));
            outcomes.Add(
                next with { Budget = state.Budget with { Losses = state.Budget.Losses - 1 } },
                outcomes.Tells ? $"{world.NameOf(who)} no longer waits; its call goes on" : "");
        }
    }

    private Actor Missed(Actor actor) => actor with { Waits = false, Lost = actor.Lost + (world.IsOneHonestClient ? 1 : 0) };
}
