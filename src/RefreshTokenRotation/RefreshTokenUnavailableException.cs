namespace RefreshTokenRotation;

/// <summary>
/// The store or the policy source failed, or the outcome of a write could not be determined. It is an outage, not a rejection: respond with 503 and
/// <c>Retry-After</c>, never <c>invalid_grant</c>, so that the client keeps its token and retries.
/// </summary>
public sealed class RefreshTokenUnavailableException : Exception
{
    /// <summary>Creates the exception.</summary>
    public RefreshTokenUnavailableException()
        : base("The refresh token store is unavailable; retry with the same token.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What failed, without any secret.</param>
    public RefreshTokenUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What failed, without any secret.</param>
    /// <param name="innerException">The failure.</param>
    public RefreshTokenUnavailableException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
