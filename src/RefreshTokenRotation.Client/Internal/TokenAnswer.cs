namespace RefreshTokenRotation.Client;

/// <summary>What one request to the token endpoint came to.</summary>
internal abstract record TokenAnswer
{
    private TokenAnswer()
    {
    }

    public sealed record Granted(TokenGrant Grant) : TokenAnswer;

    /// <summary>An OAuth error: the server has read the request and changed nothing, but for a session that it ended.</summary>
    /// <param name="Error">The error code.</param>
    /// <param name="Description">The server's words.</param>
    /// <param name="EndsSession"><c>invalid_grant</c> with status 400 or 403, and nothing else.</param>
    public sealed record Refused(string Error, string? Description, bool EndsSession) : TokenAnswer
    {
        /// <summary>Why the session ended.</summary>
        /// <remarks>RFC 6749 has one code for all causes; a description may say more, in words that are not standardized. Two causes in one text say neither.</remarks>
        public SessionEndReason Reason => (Says("reuse"), Says("expired"), Says("revoked")) switch
        {
            (true, _, _) => SessionEndReason.Reuse,
            (_, true, false) => SessionEndReason.Expired,
            (_, false, true) => SessionEndReason.Revoked,
            _ => SessionEndReason.Unspecified,
        };

        private bool Says(string word) => Description?.Contains(word, StringComparison.OrdinalIgnoreCase) == true;
    }

    /// <summary>No answer of the server, or none that says what became of the token.</summary>
    /// <param name="MayHaveHappened">The server may have rotated the token: its answer may be lost.</param>
    /// <param name="RetryAfter">What the server asks to wait.</param>
    /// <param name="Cause">A word for logs and metrics.</param>
    public sealed record Failed(bool MayHaveHappened, TimeSpan? RetryAfter, string Cause) : TokenAnswer;
}

/// <summary>The tokens of a successful answer (RFC 6749, section 5.1).</summary>
internal sealed class TokenGrant
{
    public required string AccessToken { get; init; }

    public required string TokenType { get; init; }

    public string? RefreshToken { get; init; }

    public string? Scope { get; init; }

    public string? IdToken { get; init; }

    public TimeSpan? ExpiresIn { get; init; }

    /// <summary>How long the server goes on accepting a refresh token that it has replaced; null if it doesn't say.</summary>
    public TimeSpan? Leeway { get; init; }

    /// <summary>Just before the request left: lifetimes count from here, so that they never end too late.</summary>
    public DateTimeOffset RequestedAt { get; init; }
}
