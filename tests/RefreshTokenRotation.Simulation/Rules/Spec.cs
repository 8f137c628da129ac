namespace RefreshTokenRotation.Simulation.Rules;

/// <summary>The specification. Each rule is checked at every write, every answer, or both, by the class that is named in the heading.</summary>
internal static class Spec
{
    // WriteRules
    public static readonly Rule AncestorIsReuse = new(
        "ancestor is reuse", "only the current and the previous token are ever accepted, and those that leeway over several generations reaches; any other is reuse");

    public static readonly Rule AcceptedOnce = new(
        "accepted once", "no token is accepted twice outside leeway and recovery, and recovery happens once a rotation");

    public static readonly Rule WindowStays = new(
        "window stays", "a window never moves without a new successor, and starts at the write that sent it out");

    public static readonly Rule ExpiryStays = new(
        "expiry stays", "an absolute expiry never moves later");

    public static readonly Rule OnlyReuseRevokes = new(
        "only reuse revokes", "the current token, the previous one inside leeway or recovery, and an earlier one inside its own leeway, never end the family");

    public static readonly Rule ReuseStaysInside = new(
        "reuse stays inside", "a reuse ends its own family and no other log-in, unless the policy says so");

    public static readonly Rule OvertakenIsSpared = new(
        "overtaken is spared", "under leeway, a call that once found its token good never revokes: the replay may be its own doing");

    public static readonly Rule ShadowRevokesNothing = new(
        "shadow", "in shadow mode a reuse revokes nothing");

    public static readonly Rule StrangerChangesNothing = new(
        "stranger", "who is not the family's client, or lacks its key, gets no answer and changes nothing");

    public static readonly Rule EndIsFinal = new(
        "end is final", "a revoked or expired family is neither written by an exchange nor answered");

    // AnswerRules
    public static readonly Rule OneLineage = new(
        "one lineage", "every answer carries the family's one current token: one live lineage, the same successor for every retry");

    public static readonly Rule AnswerIsStored = new(
        "answer is stored", "a successor is sent out only after its write");

    public static readonly Rule HonestIsServed = new(
        "honest is served", "the current token, and those inside leeway, are accepted until the family ends");

    public static readonly Rule ScopeIsJudgedLast = new(
        "scope is judged last", "a scope beyond the grant is refused for a token that would be accepted, and for no other: it never hides a replay");

    public static readonly Rule ReuseIsCommitted = new(
        "reuse is committed", "a reuse is answered only after the family is revoked");

    public static readonly Rule OutageIsReal = new(
        "outage is real", "a call is told to retry only where the store failed or writers met");

    // ClientRules
    public static readonly Rule ClientStaysIn = new(
        "client stays in", "a single honest client is never logged out inside its leeway, nor after one lost response within recovery");

    public static readonly Rule ThiefIsUnmasked = new(
        "thief is unmasked", "once thief and client hold different tokens, the family ends at the latest when both have presented once more (where leeway reaches over one generation)");
}
