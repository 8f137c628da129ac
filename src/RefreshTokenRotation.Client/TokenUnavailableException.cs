namespace RefreshTokenRotation.Client;

/// <summary>A request was not sent because there is no access token for it. <see cref="Result"/> says why.</summary>
public sealed class TokenUnavailableException : HttpRequestException
{
    internal TokenUnavailableException(TokenResult result)
        : base($"There is no access token for the request: {Describe(result)}.") => Result = result;

    /// <summary>Any case but <see cref="TokenResult.Succeeded"/>.</summary>
    public TokenResult Result { get; }

    private static string Describe(TokenResult result) => result switch
    {
        TokenResult.SessionEnded ended => $"the session ended ({ended.Reason})",
        TokenResult.LoginRequired => "nobody is signed in",
        TokenResult.Unavailable => "the authorization server or the session store is unavailable",
        TokenResult.Refused refused => $"the authorization server returned {refused.Error}",
        _ => "unknown",
    };
}
