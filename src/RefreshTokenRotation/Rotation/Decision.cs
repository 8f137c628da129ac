namespace RefreshTokenRotation.Rotation;

/// <summary>The row of the table that holds.</summary>
/// <param name="Step">What to do.</param>
/// <param name="Standing">Which token was presented; of no meaning for rows 2 to 4.</param>
/// <param name="Access">The scope and resources of the answer, or what is wrong with those asked for; set from row 7 on.</param>
/// <param name="WouldRecover">Whether only shadow mode turned a recovery into a reuse.</param>
internal readonly record struct Decision(Step Step, TokenStanding Standing = TokenStanding.Other, AccessGrant Access = default, bool WouldRecover = false)
{
    /// <summary>Rows 8 to 13.</summary>
    public bool IsSuccess => Step is >= Step.Rotate and <= Step.Recover;

    /// <summary>Rows 8, 10, 11 and 13: a fresh hash is written, and a token that nobody has seen goes out.</summary>
    public bool IssuesSuccessor => Step is Step.Rotate or Step.ConvertToRotating or Step.ConvertToReusable or Step.Recover;

    public ExchangeOutcome Outcome => Step switch
    {
        Step.Rotate => ExchangeOutcome.Rotated,
        Step.Use => ExchangeOutcome.Used,
        Step.ConvertToRotating => ExchangeOutcome.ConvertedToRotating,
        Step.ConvertToReusable => ExchangeOutcome.ConvertedToReusable,
        Step.Reissue => ExchangeOutcome.Reissued,
        Step.Recover => ExchangeOutcome.Recovered,
        _ => throw new InvalidOperationException($"{Step} is no success."),
    };
}
