namespace RefreshTokenRotation.AspNetCore;

/// <summary>Turns the results of exchanges into HTTP responses of your own endpoints.</summary>
public static class ExchangeResultExtensions
{
    /// <summary>Turns the result of an exchange into a response: 200 with the tokens, 400 if the scope or the resource is not allowed, the
    /// error that a hook chose, or otherwise 401.</summary>
    /// <param name="result">The result.</param>
    /// <returns>The response. It is never cached.</returns>
    /// <exception cref="ArgumentException">The exchange made no access token: set <see cref="ExchangeRequest.CreateAccessToken"/>.</exception>
    public static IResult ToHttpResult(this ExchangeResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result switch
        {
            ExchangeResult.Succeeded { AccessToken: { } access } succeeded => SessionAnswer.Tokens(access, succeeded.RefreshToken),
            ExchangeResult.Succeeded => throw new ArgumentException("The exchange made no access token: set ExchangeRequest.CreateAccessToken.", nameof(result)),
            ExchangeResult.Rejected { Reason: RejectionReason.InvalidScope } => SessionAnswer.Problem(400, "The scope is not allowed.", "invalid_scope"),
            ExchangeResult.Rejected { Reason: RejectionReason.InvalidTarget } => SessionAnswer.Problem(400, "The resource is not allowed.", "invalid_target"),
            ExchangeResult.Rejected { Refusal: { } refusal } => SessionAnswer.Refused(refusal),
            _ => SessionAnswer.SessionEnded,
        };
    }

    /// <summary>As <see cref="ToHttpResult(ExchangeResult)"/>, with 503 and <c>Retry-After</c> while the store fails.</summary>
    /// <param name="exchange">The exchange, as <see cref="IRefreshTokenService.ExchangeAsync"/> returned it.</param>
    /// <returns>The response. It is never cached.</returns>
    public static async ValueTask<IResult> ToHttpResultAsync(this ValueTask<ExchangeResult> exchange)
    {
        try
        {
            return (await exchange.ConfigureAwait(false)).ToHttpResult();
        }
        catch (RefreshTokenUnavailableException)
        {
            return SessionAnswer.Unavailable;
        }
    }
}
