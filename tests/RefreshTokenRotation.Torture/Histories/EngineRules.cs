using RefreshTokenRotation.Torture.Nodes;

namespace RefreshTokenRotation.Torture.Histories;

/// <summary>The promises of the engine, checked against the responses that its callers got and when. A call without a response may have happened at any
/// later time, or never.</summary>
internal sealed class EngineRules
{
    private readonly IReadOnlyList<Operation> _operations;
    private readonly ILookup<Session, Operation> _ofSession;
    private readonly ILookup<(string Subject, string Client), Operation> _logIns;
    private readonly List<Finding> _findings = [];

    private EngineRules(IReadOnlyList<Operation> operations)
    {
        _operations = operations;
        _ofSession = operations.Where(static operation => operation.Session is not null).ToLookup(static operation => operation.Session!);
        _logIns = operations.Where(static operation => operation.Kind == CommandKind.LogIn).ToLookup(static operation => (operation.Subject, operation.Client));
    }

    /// <summary>Judges a history.</summary>
    /// <returns>What breaks a rule: one finding a rule and family.</returns>
    public static IReadOnlyList<Finding> Check(IReadOnlyList<Operation> operations)
    {
        var rules = new EngineRules(operations);
        foreach (var session in rules._ofSession.Select(static group => group.Key).ToList())
        {
            new FamilyRules(rules, session).Check();
        }

        rules.CheckLogIns();
        rules.CheckLists();
        if (!operations.Any(static operation => operation is { Kind: CommandKind.LogIn, IsAnswered: true }))
        {
            rules._findings.Add(new Finding(RuleNames.Recovers, string.Empty, "No log-in was answered, so nothing was tested.", []));
        }

        foreach (var bug in operations.Where(static operation => operation.Reply?.Result.StartsWith("Bug", StringComparison.Ordinal) == true))
        {
            rules.Find(RuleNames.OnlyNamedAnswers, bug.Session, bug.Reply!.Result, bug);
        }

        return [.. rules._findings.DistinctBy(static finding => (finding.Rule, finding.Family))];
    }

    public IEnumerable<Operation> Of(Session session) => _ofSession[session];

    public IEnumerable<Operation> LogInsOf(Session session) => _logIns[(session.Subject, session.Client)];

    public IEnumerable<Operation> Others(CommandKind kind, string? subject = null) =>
        _operations.Where(operation => operation.Kind == kind && (subject is null || operation.Subject == subject));

    /// <summary>Notes a broken rule, with what concerns the family until the answer that breaks it.</summary>
    public void Find(string rule, Session? session, string what, Operation breaks)
    {
        var origin = _operations[0].Start;
        var related = _operations.Where(operation => operation == breaks || (operation.Start <= breaks.End && (
            session is null || operation.Session == session
            || (operation.Kind is CommandKind.DeleteUser or CommandKind.RevokeUser && operation.Subject == session.Subject)
            || operation.Reply?.Evicted.Contains(session.FamilyId) == true)));
        _findings.Add(new Finding(
            rule, session?.ToString() ?? string.Empty, what, [.. related.OrderBy(static operation => operation.Start).Select(operation => operation.Describe(origin))]));
    }

    private void CheckLogIns()
    {
        foreach (var logIn in _operations.Where(static operation => operation is { Kind: CommandKind.LogIn, IsAnswered: true }).OrderBy(static operation => operation.Start))
        {
            var begun = _logIns[(logIn.Subject, logIn.Client)].Count(other => other.Start <= logIn.End);
            foreach (var victim in logIn.Reply!.Evicted)
            {
                if (begun <= NodeStores.Cap || victim == logIn.Reply.FamilyId)
                {
                    Find(RuleNames.Cap, logIn.Session, "A family was evicted below the cap, or by its own log-in.", logIn);
                }
            }
        }
    }

    private void CheckLists()
    {
        foreach (var list in _operations.Where(static operation => operation is { Kind: CommandKind.List, IsAnswered: true, IsQuiet: true }))
        {
            if (list.Reply!.Families.Count(static family => family.State == FamilyState.Active) > NodeStores.Cap)
            {
                var session = _ofSession.Select(static group => group.Key).FirstOrDefault(known => known.Subject == list.Subject && known.Client == list.Client);
                Find(RuleNames.Cap, session, "More families are active than the cap allows.", list);
            }
        }
    }
}

/// <summary>A broken rule.</summary>
/// <param name="Rule">Its name.</param>
/// <param name="Family">The family at fault; empty if no single one is.</param>
/// <param name="What">What was seen.</param>
/// <param name="History">The family's operations, one a line.</param>
internal sealed record Finding(string Rule, string Family, string What, IReadOnlyList<string> History);

internal static class RuleNames
{
    public const string Linearizable = "linearizable";
    public const string OneLineage = "one-lineage";
    public const string UsedUp = "used-up-tokens-are-refused";
    public const string Forward = "generations-never-go-back";
    public const string Ended = "ended-stays-ended";
    public const string NothingLost = "nothing-answered-is-lost";
    public const string Cap = "cap";
    public const string OnlyNamedAnswers = "only-named-answers";
    public const string Recovers = "answers-when-healed";
}
