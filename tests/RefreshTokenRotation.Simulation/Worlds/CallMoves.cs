using RefreshTokenRotation.Simulation.Calls;
using RefreshTokenRotation.Simulation.Rules;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Simulation.Worlds;

/// <summary>The store and the network: every way in which what a call waits for may turn out.</summary>
internal sealed class CallMoves(World world, Universe universe, CallTree calls)
{
    private readonly WriteRules _writes = new(world, universe);
    private readonly Endings _endings = new(world);

    public void Advance(Outcomes outcomes, State state, int index)
    {
        var call = state.Calls[index];
        switch (call.Node.Asked)
        {
            case Asked.Find find:
                Read(outcomes, state, index, FamilyOf(state, row => row.Grant.LookupKey == find.LookupKey));
                break;
            case Asked.List list:
                Read(outcomes, state, index, FamilyOf(state, row => row.Grant.FamilyId == list.FamilyId));
                break;
            case Asked.Swap swap:
                Swap(outcomes, state, index, swap);
                break;
            case Asked.Revoke revoke:
                Revoke(outcomes, state, index, revoke);
                break;
            default:
                Resume(outcomes, state, index, new Reply(ReplyKind.Signed), "is handed an access token");
                Fail(outcomes, state, index, "finds the signer down");
                break;
        }
    }

    /// <summary>A write that was told as failed takes effect after all, if nobody has written meanwhile; else it never will.</summary>
    public void Land(Outcomes outcomes, State state, LateWrite write)
    {
        var next = state with { LateWrites = [.. state.LateWrites.Where(other => other != write)] };
        var family = write.By.Family;
        Rule? broken = null;
        if (Holds(state, family, write.ExpectedVersion))
        {
            (next, broken) = Write(next, write.By, family, write.Row);
        }

        outcomes.Add(next, outcomes.Tells ? $"a late write of {world.NameOf(write.By.Root.Actor)} reaches the store: {Effect(next, state)}" : "", broken);
    }

    private void Read(Outcomes outcomes, State state, int index, int family)
    {
        var row = family < 0 ? -1 : state.Rows[family];
        Resume(outcomes, state, index, new Reply(ReplyKind.Row, row), outcomes.Tells ? $"reads {Describe(row)}" : "");
        Fail(outcomes, state, index, "fails to read");
        if (world.StaleReads && family >= 0 && state.Former[family] is var former and >= 0 && former != row && state.Budget.Faults > 0)
        {
            var text = outcomes.Tells ? $"reads a stale row, {Describe(former)}" : "";
            Resume(outcomes, Faulty(state, index), index, new Reply(ReplyKind.Row, former), text);
        }
    }

    private void Swap(Outcomes outcomes, State state, int index, Asked.Swap swap)
    {
        var call = state.Calls[index];
        var holds = Holds(state, call.Family, swap.ExpectedVersion);
        if (holds)
        {
            var (written, broken) = Write(state, call, call.Family, swap.Row);
            Resume(outcomes, written, index, new Reply(ReplyKind.Written), outcomes.Tells ? $"writes {Describe(swap.Row)}" : "", broken);
            if (state.Budget.Faults > 0)
            {
                var faulty = Faulty(written, index);
                Resume(outcomes, faulty, index, new Reply(ReplyKind.Failed), outcomes.Tells ? $"writes {Describe(swap.Row)}, and is told of a failure" : "", broken);
                Resume(outcomes, faulty, index, new Reply(ReplyKind.Refused), outcomes.Tells ? $"writes {Describe(swap.Row)}, and is told of a conflict" : "", broken);
            }
        }
        else
        {
            Resume(outcomes, Troubled(state, index), index, new Reply(ReplyKind.Refused), "meets a conflict");
        }

        Fail(outcomes, state, index, "fails to write");
        if (world.LateWrites && holds && state.Budget.Faults > 0)
        {
            var late = state with { LateWrites = [.. state.LateWrites, new LateWrite(swap.Row, swap.ExpectedVersion, call)] };
            Resume(outcomes, Faulty(late, index), index, new Reply(ReplyKind.Failed), "fails to write, for now");
        }
    }

    private void Revoke(Outcomes outcomes, State state, int index, Asked.Revoke revoke)
    {
        var call = state.Calls[index];
        var next = state;
        var count = 0;
        Rule? broken = null;
        for (var family = 0; family < state.Rows.Length; family++)
        {
            if (state.Rows[family] >= 0
                && universe.Rows[state.Rows[family]] is var row
                && revoke.Filter.Matches(row, revoke.Revocation.Now)
                && (revoke.Revocation.Delete || row.RevokedAt is null))
            {
                var after = revoke.Revocation.Delete ? -1 : universe.RowId(row.Revoke(revoke.Revocation.RevokedAt, revoke.Revocation.Reason));
                if (call.Root.Kind == CallKind.Exchange)
                {
                    broken ??= family == call.Family
                        ? _writes.OfExchange(row, universe.Rows[after], state.Ledgers[family], call)
                        : _writes.OfOtherFamily(revoke.Revocation, call);
                }

                next = next.WithRow(family, after, world.StaleReads).WithLedger(family, next.Ledgers[family] with { Over = true });
                count++;
            }
        }

        var did = outcomes.Tells ? $"ends {count} families" : "";
        Resume(outcomes, next, index, new Reply(ReplyKind.Count, Count: count), did, broken);
        Fail(outcomes, state, index, "fails to revoke");
        if (state.Budget.Faults > 0)
        {
            Resume(outcomes, Faulty(next, index), index, new Reply(ReplyKind.Failed), outcomes.Tells ? $"{did}, and is told of a failure" : "");
        }
    }

    private void Fail(Outcomes outcomes, State state, int index, string text)
    {
        if (state.Budget.Faults > 0)
        {
            Resume(outcomes, Faulty(state, index), index, new Reply(ReplyKind.Failed), text);
        }
    }

    /// <summary>The write, the ledger after it, and the rule that it breaks.</summary>
    private (State State, Rule? Broken) Write(State state, Running call, int family, int row)
    {
        var before = universe.Rows[state.Rows[family]];
        var after = universe.Rows[row];
        var ledger = state.Ledgers[family];
        var next = state.WithRow(family, row, world.StaleReads);
        if (call.Root.Kind != CallKind.Exchange)
        {
            var confirmed = ledger with { Confirmed = ledger.Confirmed || after.RecoverUntil is null };
            return (next.WithLedger(family, confirmed), WriteRules.Always(before, after));
        }

        var broken = _writes.OfExchange(before, after, ledger, call);
        var policy = world.Policies[call.Policy];
        var isSuccessor = after.SecretHash != before.SecretHash;
        next = next.WithLedger(
            family,
            after.RevokedAt is not null && before.RevokedAt is null ? ledger with { Over = true }
            : isSuccessor ? ledger.Rotated(call.Root.Token, universe.CurrentTokenOf(after), call.At, policy, world.Key is not null)
            : ledger.Used(call.At, policy) with { Confirmed = true });

        var index = Array.FindIndex(next.Calls, other => other.Root == call.Root);
        if (index >= 0 && isSuccessor)
        {
            next = next.WithCall(index, next.Calls[index] with { Wrote = true });
        }

        // The request arrived when its client had been answered on another and gone on; without leeway, a retry is never safe.
        var late = call.Abandoned && (!call.FoundCurrent || policy.Leeway == TimeSpan.Zero);
        var hasGoneOn = late && call.Root.Actor < world.Clients && state.Actors[call.Root.Actor].Held != call.Root.Token;
        return (hasGoneOn ? next with { Delayed = true } : next, broken);
    }

    private void Resume(Outcomes outcomes, State state, int index, Reply reply, string text, Rule? broken = null)
    {
        var call = state.Calls[index];
        var now = state.Now + call.Clock;
        var node = calls.Next(call.Node, reply, now, state.Policy);
        var told = outcomes.Tells ? $"{world.NameOf(call.Root.Actor)}{(call.Abandoned ? " (abandoned)" : "")} {text}" : "";
        var readsOrWrites = call.View is null;
        var view = readsOrWrites ? state.Ledgers[call.Family] : call.View!;
        var next = call with
        {
            Node = node,
            Policy = call.Policy < 0 && reply.Kind == ReplyKind.Row ? state.Policy : call.Policy,
            DecidedAt = reply.Kind == ReplyKind.Row ? now : call.DecidedAt,
            At = now,
            FoundGood = call.FoundGood || (node.Asked is Asked.Swap swap && universe.Rows[swap.Row].RevokedAt is null),
            FoundCurrent = call.FoundCurrent
                || (reply is { Kind: ReplyKind.Row, Row: >= 0 } && universe.CurrentTokenOf(universe.Rows[reply.Row]) == call.Root.Token),
            View = node.Asked is Asked.Sign or Asked.Revoke ? view : null,
        };
        if (node.Answer is null)
        {
            outcomes.Add(state.WithCall(index, next), told, broken);
        }
        else
        {
            _endings.Add(outcomes, state.WithoutCall(index), next, node.Answer, view, told, broken, universe);
        }
    }

    private static State Faulty(State state, int index) =>
        Troubled(state, index) with { Budget = state.Budget with { Faults = state.Budget.Faults - 1 } };

    private static State Troubled(State state, int index) => state.WithCall(index, state.Calls[index] with { Troubled = true });

    private int FamilyOf(State state, Func<TokenFamily, bool> matches) => Array.FindIndex(state.Rows, row => row >= 0 && matches(universe.Rows[row]));

    private bool Holds(State state, int family, long version) =>
        state.Rows[family] >= 0 && (world.IgnoresVersions || universe.Rows[state.Rows[family]].Version == version);

    private static string Effect(State after, State before) => after.Rows.AsSpan().SequenceEqual(before.Rows) ? "too late" : "written";

    private string Describe(int id)
    {
        if (id < 0)
        {
            return "that there is no such family";
        }

        var row = universe.Rows[id];
        var end = row.RevokedAt is null ? "" : ", revoked";
        return $"version {row.Version}: current is {universe.Name(universe.CurrentTokenOf(row))}{end}";
    }
}
