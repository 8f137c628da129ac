namespace RefreshTokenRotation.Client;

/// <summary>What one request to the token endpoint came to.</summary>
internal abstract class TokenAnswer
{
    private TokenAnswer()
    {
    }

    public sealed class Granted(TokenGrant grant) : TokenAnswer
    {
        public TokenGrant Grant { get; } = grant;
    }

    /// <summary>An OAuth error: the server has read the request and changed nothing, but for a session that it ended.</summary>
    public sealed class Refused(string error, string? description, bool endsSession) : TokenAnswer
    {
        public string Error { get; } = error;

        public string? Description { get; } = description;

        /// <summary><c>invalid_grant</c> with status 400 or 403, and nothing else.</summary>
        public bool EndsSession { get; } = endsSession;
    }

    /// <summary>No answer of the server, or none that says what became of the token.</summary>
    /// <param name="mayHaveHappened">The server may have rotated the token: its answer may be lost.</param>
    /// <param name="retryAfter">What the server asks to wait.</param>
    /// <param name="cause">A word for logs and metrics.</param>
    public sealed class Failed(bool mayHaveHappened, TimeSpan? retryAfter, string cause) : TokenAnswer
    {
        public bool MayHaveHappened { get; } = mayHaveHappened;

        public TimeSpan? RetryAfter { get; } = retryAfter;

        public string Cause { get; } = cause;
    }
}
