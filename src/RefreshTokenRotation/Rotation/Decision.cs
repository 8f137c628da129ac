namespace RefreshTokenRotation.Rotation;

/// <summary>The row of the table that holds.</summary>
/// <param name="Action">What to do.</param>
/// <param name="Standing">Which token was presented; of no meaning for rows 2 to 4.</param>
/// <param name="Access">The scope and resources of the answer, or what is wrong with those asked for; set from row 7 on.</param>
/// <param name="WouldRecover">Whether only shadow mode turned a recovery into a reuse.</param>
internal readonly record struct Decision(ExchangeAction Action, TokenStanding Standing = TokenStanding.Superseded, GrantedAccess Access = default, bool WouldRecover = false)
{
    /// <summary>Rows 8 to 13.</summary>
    public bool IsSuccess => Action is >= ExchangeAction.Rotate and <= ExchangeAction.Recover;

    /// <summary>Rows 8, 10, 11 and 13: a fresh hash is written, and a token that nobody has seen goes out.</summary>
    public bool IssuesSuccessor => Action is ExchangeAction.Rotate or ExchangeAction.ConvertToRotating or ExchangeAction.ConvertToReusable or ExchangeAction.Recover;

    public ExchangeOutcome Outcome => Action switch
    {
        ExchangeAction.Rotate => ExchangeOutcome.Rotated,
        ExchangeAction.Use => ExchangeOutcome.Used,
        ExchangeAction.ConvertToRotating => ExchangeOutcome.ConvertedToRotating,
        ExchangeAction.ConvertToReusable => ExchangeOutcome.ConvertedToReusable,
        ExchangeAction.Reissue => ExchangeOutcome.Reissued,
        ExchangeAction.Recover => ExchangeOutcome.Recovered,
        _ => throw new InvalidOperationException($"{Action} is no success."),
    };
}
