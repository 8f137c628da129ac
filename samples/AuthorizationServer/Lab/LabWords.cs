using RefreshTokenRotation;

namespace AuthorizationServer.Lab;

/// <summary>Explains an event of the engine in words.</summary>
internal static class LabWords
{
    private const string InvalidGrant = "invalid_grant";

    /// <param name="told">The event of this presentation.</param>
    /// <param name="by">The holder who presented the token.</param>
    /// <param name="token">The token, as it was before.</param>
    /// <param name="policy">The policy that held.</param>
    /// <param name="thiefHolds">Whether the thief ever had a token of the family.</param>
    /// <param name="hasNewer">Whether the presenter ever had a token of the family that came after this one.</param>
    public static LabEntry Of(RefreshTokenEvent told, LabPresenter by, LabToken token, RotationPolicy policy, bool thiefHolds, bool hasNewer) => told switch
    {
        RefreshTokenEvent.Exchanged exchanged => Exchanged(exchanged, by, token, policy),
        RefreshTokenEvent.ReuseDetected reuse => Reuse(reuse, by, token, thiefHolds, hasNewer),
        RefreshTokenEvent.Rejected rejected => Rejected(rejected, by, token),
        _ => throw new InvalidOperationException($"No presentation ends in {told.GetType().Name}."),
    };

    private static LabEntry Exchanged(RefreshTokenEvent.Exchanged told, LabPresenter by, LabToken token, RotationPolicy policy)
    {
        var presented = LabText.Generation(token.Generation);
        var now = LabText.Generation(told.Family!.Generation);
        var ago = LabText.Span(told.Age ?? (told.OccurredAt - (token.Family.RotatedAt ?? told.OccurredAt)));
        var back = told.GenerationsBack > 1 ? $", {told.GenerationsBack} generations back" : string.Empty;
        var (kind, title, words) = told.Outcome switch
        {
            ExchangeOutcome.Rotated => ("rotated", "Rotated", $"used {presented}, the current one, and gets {now}. The old one is used up."),
            ExchangeOutcome.Used => ("used", "Used", $"used {presented} and gets the same token back: with this preset it does not rotate."),
            ExchangeOutcome.Reissued => (
                "reissued",
                "Same successor again",
                $"used {presented}{back}, {ago} after it was rotated. Within the leeway of {LabText.Span(policy.Leeway)} that counts as a retry: the same {now} again, and nothing is written."),
            ExchangeOutcome.Recovered => (
                "recovered",
                "Recovered",
                $"used {presented}, {ago} after it was rotated. The leeway is over, but a response may have been lost: a new {now} displaces the "
                + $"{LabText.Generation(told.Family.Generation - 1)} that was sent before. If that one was not lost, presenting it is reuse."),
            _ => ("converted", "Converted", $"used {presented} after the client's policy changed, and gets {now}, which follows the new policy."),
        };
        return new LabEntry(kind, by.Side, title, $"{LabText.Sentence(by.Words)} {words}") { Answer = "200" };
    }

    private static LabEntry Reuse(RefreshTokenEvent.ReuseDetected told, LabPresenter by, LabToken token, bool thiefHolds, bool hasNewer)
    {
        var why = token switch
        {
            { IsDisplaced: true } => "which a recovery had displaced",
            { SpentBy: { } spender } when spender == by => hasNewer ? "and had rotated it before" : "and had rotated it before, without getting the response",
            { SpentBy: { } spender } => $"{spender.Words} already rotated it",
            _ => "which is not the current one",
        };
        var age = told.GenerationsBack;
        var old = age > 1 ? $" It is {age} generations old; the family's one row is enough to tell." : string.Empty;
        var end = told switch
        {
            { FamilyRevoked: true } => $"Whole family revoked; {(thiefHolds ? "both" : "the user")} must log in again.",
            { WouldRecover: true } => "Shadow mode: rejected and reported, nothing revoked. Without it, this would have been recovered.",
            _ => "Shadow mode: rejected and reported, nothing revoked.",
        };
        return new LabEntry("reuse", by.Side, "Reuse detected", $"{LabText.Sentence(by.Words)} used {LabText.Generation(token.Generation)}, {why}: reuse.{old} {end}")
        {
            Answer = InvalidGrant,
            IsAlarm = true,
        };
    }

    private static LabEntry Rejected(RefreshTokenEvent.Rejected told, LabPresenter by, LabToken token)
    {
        var why = told.Reason switch
        {
            RejectionReason.Revoked when told.Family?.RevocationReason is { } reason => $"the family was revoked ({reason.ToCode()})",
            RejectionReason.Expired when told.OccurredAt >= told.Family?.AbsoluteExpiresAt =>
                $"{LabText.Span(told.OccurredAt - told.Family.CreatedAt)} after the log-in, its lifetime is over, and no refresh has extended it",
            RejectionReason.Expired => "nobody used it for longer than its idle lifetime",
            _ => told.Reason.ToCode(),
        };
        var only = told is { Reason: RejectionReason.Revoked, WasCurrent: true } ? " Even its newest token is worth nothing now." : string.Empty;
        return new LabEntry(
            "refused", by.Side, "Refused", $"{LabText.Sentence(by.Words)} used {LabText.Generation(token.Generation)}: {why}.{only}")
        { Answer = InvalidGrant };
    }
}
