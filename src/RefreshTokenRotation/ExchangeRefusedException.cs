namespace RefreshTokenRotation;

/// <summary>Rejects an exchange from within <see cref="ExchangeRequest.CreateAccessToken"/>: nothing is consumed, and the result is
/// <see cref="ExchangeResult.Rejected"/>. Any other exception of the callback is a failure of the host.</summary>
public sealed class ExchangeRefusedException : Exception
{
    /// <summary>Rejects with <see cref="RejectionReason.Refused"/>.</summary>
    public ExchangeRefusedException()
        : this(RejectionReason.Refused)
    {
    }

    /// <summary>Rejects for a reason.</summary>
    /// <param name="reason"><see cref="RejectionReason.InvalidScope"/>, <see cref="RejectionReason.InvalidTarget"/> or <see cref="RejectionReason.Refused"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The reason is another one, which only the library may give.</exception>
    public ExchangeRefusedException(RejectionReason reason)
        : base("The host rejected the exchange.")
    {
        if (reason is not (RejectionReason.InvalidScope or RejectionReason.InvalidTarget or RejectionReason.Refused))
        {
            throw new ArgumentOutOfRangeException(nameof(reason), reason, "The reason must be InvalidScope, InvalidTarget or Refused.");
        }

        Reason = reason;
    }

    /// <summary>Why.</summary>
    public RejectionReason Reason { get; }
}
