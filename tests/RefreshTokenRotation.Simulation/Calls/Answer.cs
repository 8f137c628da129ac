namespace RefreshTokenRotation.Simulation.Calls;

/// <summary>How a call ended. Tokens are numbers of the <see cref="Universe"/>.</summary>
internal abstract record Answer
{
    public sealed record Accepted(ExchangeOutcome Outcome, int Token) : Answer;

    public sealed record Refused(RejectionReason Reason) : Answer;

    /// <summary>Retry with the same token.</summary>
    public sealed record Outage : Answer;

    /// <summary>A call of the host that is no exchange.</summary>
    public sealed record Done : Answer;
}
