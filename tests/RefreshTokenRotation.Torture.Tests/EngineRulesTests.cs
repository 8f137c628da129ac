using RefreshTokenRotation.Torture.Histories;
using RefreshTokenRotation.Torture.Nodes;

namespace RefreshTokenRotation.Torture.Tests;

/// <summary>Histories that were judged by hand.</summary>
[TestFixture]
internal sealed class EngineRulesTests
{
    private readonly List<Operation> _operations = [];
    private Session _session = null!;

    [SetUp]
    public void LogIn()
    {
        _operations.Clear();
        _session = Begin(NodeStores.LeewayClient, 1, 2);
    }

    [Test]
    public void Lineage_with_a_retry_and_a_detected_replay_breaks_nothing()
    {
        Exchange(0, 3, null, null);
        Exchange(0, 4, 5, Success(1));
        Exchange(0, 6, 7, Success(1));
        Exchange(1, 8, 9, Success(2));
        Exchange(0, 10, 11, Rejected(RejectionReason.ReuseDetected));
        Exchange(2, 12, 13, Rejected(RejectionReason.Revoked));
        Finds();
    }

    [Test]
    public void Two_tokens_of_one_generation_are_two_lineages()
    {
        Exchange(0, 3, 5, Success(1));
        Exchange(0, 3, 6, Success(1, "another"));
        Finds(RuleNames.OneLineage);
    }

    [Test]
    public void Token_is_used_up_when_a_newer_one_than_its_successor_was_answered()
    {
        Exchange(0, 3, 4, Success(1));
        Exchange(1, 5, 6, Success(2));
        Exchange(0, 7, 8, Success(1));
        Finds(RuleNames.UsedUp, RuleNames.Forward);
    }

    [Test]
    public void Retry_that_began_before_the_newer_answer_may_be_answered()
    {
        Exchange(0, 3, 20, Success(1));
        Exchange(0, 4, 5, Success(1));
        Exchange(1, 6, 7, Success(2));
        Finds();
    }

    [Test]
    public void Without_leeway_a_token_is_used_up_at_once()
    {
        _session = Begin(NodeStores.StrictClient, 3, 4);
        Exchange(0, 5, 6, Success(1));
        Exchange(0, 7, 8, Success(1));
        Finds(RuleNames.UsedUp);
    }

    [TestCase(RejectionReason.ReuseDetected)]
    [TestCase(RejectionReason.Revoked)]
    [TestCase(RejectionReason.Unknown)]
    [TestCase(RejectionReason.Expired)]
    public void Newest_token_that_is_refused_was_lost(RejectionReason reason)
    {
        Exchange(0, 3, 4, Success(1));
        Exchange(1, 5, 6, Rejected(reason));
        Finds(RuleNames.NothingLost);
    }

    [TestCase(NodeStores.BriefClient)]
    [TestCase(NodeStores.LeewayClient, RuleNames.NothingLost)]
    public void Retry_is_reuse_only_where_leeway_may_be_over(string client, params string[] broken)
    {
        _session = Begin(client, 3, 4);
        Exchange(0, 5, 6, Success(1));
        Exchange(0, 7, 8, Success(1));
        Finds();
        Exchange(0, 9, 10, Rejected(RejectionReason.ReuseDetected));
        Finds(broken);
    }

    [Test]
    public void Exchange_without_an_answer_explains_reuse_where_there_is_no_leeway()
    {
        _session = Begin(NodeStores.StrictClient, 3, 4);
        Exchange(0, 5, null, null);
        Exchange(0, 6, 7, Rejected(RejectionReason.ReuseDetected));
        Finds();
    }

    [Test]
    public void Revocation_without_an_answer_may_have_happened_and_an_answered_one_has()
    {
        Ask(CommandKind.RevokeUser, 3, null, null);
        Exchange(0, 4, 5, Success(1));
        Exchange(1, 6, 7, Rejected(RejectionReason.Revoked));
        Finds();
        Exchange(1, 8, 9, Success(2));
        Finds(RuleNames.Ended);
    }

    [Test]
    public void Family_that_is_missing_was_deleted_evicted_or_pruned_after_its_end()
    {
        Ask(CommandKind.Prune, 3, 4, new NodeReply(0, NodeReply.Done));
        Exchange(0, 5, 6, Rejected(RejectionReason.Unknown));
        Finds(RuleNames.NothingLost);
        Ask(CommandKind.DeleteUser, 4, null, null);
        Finds();
    }

    [Test]
    public void Eviction_below_the_cap_breaks_it()
    {
        Ask(CommandKind.LogIn, 3, 4, new NodeReply(0, NodeReply.Done) { FamilyId = Guid.NewGuid(), Token = "x", Evicted = [_session.FamilyId] });
        Finds(RuleNames.Cap);
    }

    [Test]
    public void List_must_not_go_back_nor_revive()
    {
        Exchange(0, 3, 4, Success(1));
        List(5, 6, 0, FamilyState.Active);
        Finds(RuleNames.Forward);
        Ask(CommandKind.RevokeUser, 7, 8, new NodeReply(0, NodeReply.Done));
        List(9, 10, 1, FamilyState.Active);
        Finds(RuleNames.Forward, RuleNames.Ended);
    }

    [Test]
    public void History_without_an_answered_log_in_tested_nothing()
    {
        _operations.Clear();
        Ask(CommandKind.LogIn, 3, null, null);
        Finds(RuleNames.Recovers);
    }

    private static NodeReply Success(long generation, string? token = null) =>
        new(0, nameof(ExchangeOutcome.Rotated)) { Token = token ?? FormattableString.Invariant($"token {generation}"), Generation = generation };

    private static NodeReply Rejected(RejectionReason reason) => new(0, NodeReply.Rejected) { Reason = reason.ToString() };

    private Session Begin(string client, long start, long end)
    {
        var id = Guid.NewGuid();
        var session = new Session("alice", client, "token 0", id);
        Add(new Operation(CommandKind.LogIn, "node", "alice", client) { Start = start, Session = session }, end, new NodeReply(0, NodeReply.Done) { Token = "token 0", FamilyId = id });
        return session;
    }

    private void Exchange(long generation, long start, long? end, NodeReply? reply) => Add(
        new Operation(CommandKind.Exchange, "node", "alice", _session.Client) { Start = start, Session = _session, Presented = generation }, end, reply);

    private void Ask(CommandKind kind, long start, long? end, NodeReply? reply) => Add(new Operation(kind, "node", "alice", _session.Client) { Start = start }, end, reply);

    private void List(long start, long end, long generation, FamilyState state) =>
        Ask(CommandKind.List, start, end, new NodeReply(0, NodeReply.Done) { Families = [new ListedFamily(_session.FamilyId, generation, state)] });

    private void Add(Operation operation, long? end, NodeReply? reply)
    {
        operation.Answer(reply, end);
        _operations.Add(operation);
    }

    private void Finds(params string[] rules) => EngineRules.Check(_operations).Select(static finding => finding.Rule).Distinct().Should().BeEquivalentTo(rules);
}
