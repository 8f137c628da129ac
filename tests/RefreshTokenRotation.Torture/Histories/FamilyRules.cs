using RefreshTokenRotation.Torture.Nodes;

namespace RefreshTokenRotation.Torture.Histories;

/// <summary>The rules of one family.</summary>
internal sealed class FamilyRules
{
    private readonly EngineRules _rules;
    private readonly Session _session;
    private readonly List<Operation> _exchanges;
    private readonly Operation _logIn;

    /// <summary>What ends or deletes the family, if it happens: with unknown answers among it.</summary>
    private readonly List<Operation> _endings;
    private readonly List<Operation> _deletions;
    private readonly List<Operation> _prunings;

    /// <summary>When the family had ended for certain.</summary>
    private readonly long _ended;

    public FamilyRules(EngineRules rules, Session session)
    {
        (_rules, _session) = (rules, session);
        _exchanges = [.. rules.Of(session).Where(static operation => operation.Kind == CommandKind.Exchange)];
        _logIn = rules.Of(session).Single(static operation => operation.Kind == CommandKind.LogIn);
        _deletions =
        [
            .. rules.Others(CommandKind.DeleteUser, session.Subject),
            .. rules.LogInsOf(session).Where(other => other != _logIn && (!other.IsAnswered || other.Reply!.Evicted.Contains(session.FamilyId))),
        ];
        _endings =
        [
            .. _deletions, .. rules.Others(CommandKind.RevokeUser, session.Subject),
            .. rules.Of(session).Where(static operation => operation.Kind is CommandKind.LogOut or CommandKind.RevokeFamily),
            .. _exchanges.Where(exchange => exchange.IsRejectedAs(RejectionReason.ReuseDetected) || (!exchange.IsAnswered && MayBeReuse(exchange))),
        ];
        _prunings = [.. rules.Others(CommandKind.Prune)];
        _ended = _endings.Where(IsCertain)
            .Concat(_exchanges.Where(static exchange => exchange.IsRejectedAs(RejectionReason.Revoked) || exchange.IsRejectedAs(RejectionReason.Unknown)))
            .Select(static operation => operation.End).DefaultIfEmpty(Operation.NoAnswer).Min();
    }

    public void Check()
    {
        var tokens = new Dictionary<long, string> { [0] = _logIn.Reply!.Token! };
        foreach (var success in _exchanges.Where(static exchange => exchange.IsSuccess).OrderBy(static exchange => exchange.End))
        {
            CheckSuccess(success, tokens);
        }

        foreach (var rejected in _exchanges.Where(static exchange => exchange is { IsAnswered: true, IsSuccess: false, Reply.Result: NodeReply.Rejected }))
        {
            var explained = rejected.Reply!.Reason switch
            {
                nameof(RejectionReason.ReuseDetected) => MayBeReuse(rejected),
                nameof(RejectionReason.Revoked) => MayHaveEnded(rejected.End),
                nameof(RejectionReason.Unknown) => MayBeGone(rejected.End),
                _ => false,
            };
            Require(explained, RuleNames.NothingLost, $"Generation {rejected.Presented} was refused as {rejected.Reply.Reason}, which nothing explains.", rejected);
        }

        foreach (var operation in _rules.Of(_session).Where(static operation => operation.IsAnswered))
        {
            CheckOther(operation);
        }

        foreach (var eviction in _rules.LogInsOf(_session).Where(other => other.IsAnswered && other.Reply!.Evicted.Contains(_session.FamilyId)))
        {
            Require(eviction.Start <= _ended || _ended == eviction.End, RuleNames.Ended, "A family that had ended was evicted as an active one.", eviction);
        }

        foreach (var list in _rules.Others(CommandKind.List, _session.Subject).Where(list => list.IsAnswered && list.Client == _session.Client && list.Start > _logIn.End))
        {
            CheckList(list, list.Reply!.Families.FirstOrDefault(family => family.FamilyId == _session.FamilyId));
        }
    }

    private void CheckSuccess(Operation success, Dictionary<long, string> tokens)
    {
        var (presented, answered) = (success.Presented, success.Reply!.Generation);
        Require(tokens.TryAdd(answered, success.Reply.Token!) || tokens[answered] == success.Reply.Token, RuleNames.OneLineage, $"Two tokens of generation {answered} were answered.", success);
        Require(answered == presented + 1, RuleNames.OneLineage, $"Generation {presented} was exchanged for {answered}.", success);
        Require(presented + _session.Reach >= LastAnswered(success.Start), RuleNames.UsedUp, $"Generation {presented} was accepted after a newer one was answered.", success);
        Require(answered >= LastAnswered(success.Start), RuleNames.Forward, $"Generation {answered} was answered after a newer one.", success);
        Require(success.Start <= _ended, RuleNames.Ended, "A family that had ended got a token.", success);
    }

    private void CheckOther(Operation operation)
    {
        switch (operation.Kind, operation.Reply!.Result)
        {
            case (CommandKind.Introspect, nameof(IntrospectResult.Active)):
                Require(operation.Start <= _ended, RuleNames.Ended, "A family that had ended was called active.", operation);
                Require(operation.Presented >= LastAnswered(operation.Start), RuleNames.UsedUp, "A token was called active after a newer one was answered.", operation);
                break;
            case (CommandKind.Introspect, _):
                Require(
                    MayHaveEnded(operation.End) || MayBeGone(operation.End) || _exchanges.Any(other => other.Presented >= operation.Presented && other.Start < operation.End),
                    RuleNames.NothingLost,
                    $"Generation {operation.Presented} was called inactive, which nothing explains.",
                    operation);
                break;
            case (CommandKind.LogOut, nameof(RevokeResult.Revoked)):
                Require(operation.Start <= _ended || _ended == operation.End, RuleNames.Ended, "A family that had ended was revoked again.", operation);
                break;
        }
    }

    private void CheckList(Operation list, ListedFamily? listed)
    {
        if (listed is null)
        {
            Require(MayBeGone(list.End), RuleNames.NothingLost, "A list left the family out, which nothing explains.", list);
            return;
        }

        Require(listed.Generation >= LastAnswered(list.Start), RuleNames.Forward, $"A list showed generation {listed.Generation} after a newer one was answered.", list);
        Require(listed.State == FamilyState.Revoked || list.Start <= _ended, RuleNames.Ended, "A list showed a family as active that had ended.", list);
        Require(listed.State == FamilyState.Active || MayHaveEnded(list.End), RuleNames.NothingLost, "A list showed a family as ended, which nothing explains.", list);
    }

    /// <summary>Whether the answer says that the family has ended.</summary>
    /// <remarks>While its log-in is under way, the engine may add it again that was ended meanwhile: nobody has its token yet.</remarks>
    private bool IsCertain(Operation ending) => ending.IsAnswered && ending.Kind switch
    {
        CommandKind.DeleteUser or CommandKind.RevokeUser or CommandKind.LogIn => ending.Start > _logIn.End,
        CommandKind.LogOut => ending.Reply!.Result != nameof(RevokeResult.ClientMismatch),
        _ => true,
    };

    /// <summary>The newest generation that had been answered before a place in time.</summary>
    private long LastAnswered(long before) =>
        _exchanges.Where(other => other.IsSuccess && other.End < before).Select(static other => other.Reply!.Generation).DefaultIfEmpty(0).Max();

    /// <summary>Whether the presented token may have been used up: somebody presented its successor, or, where leeway may be over, the token itself.</summary>
    private bool MayBeReuse(Operation exchange) =>
        _exchanges.Any(other => other != exchange && other.Start < exchange.End && other.Presented >= exchange.Presented + _session.SureReach);

    private bool MayHaveEnded(long before) => _endings.Any(ending => ending.Start < before);

    private bool MayBeGone(long before) =>
        _deletions.Any(deletion => deletion.Start < before) || (MayHaveEnded(before) && _prunings.Any(pruning => pruning.Start < before));

    private void Require(bool holds, string rule, string what, Operation operation)
    {
        if (!holds)
        {
            _rules.Find(rule, _session, what, operation);
        }
    }
}
