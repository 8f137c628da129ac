namespace RefreshTokenRotation.Tests.Snippets;

// snippet: hook
internal sealed class BlockedUsers(IUserDirectory users, TimeProvider time) : IExchangeHook
{
    public async ValueTask OnExchangeAsync(ExchangeHookContext context, CancellationToken cancellationToken)
    {
        if (await users.IsBlockedAsync(context.Family.Subject, cancellationToken))
        {
            context.Refuse("blocked"); // nothing is consumed
        }
        else if (context.Outcome == ExchangeOutcome.Recovered)
        {
            context.ShortenAbsoluteExpiry(time.GetUtcNow().AddHours(8)); // ask for a log-in sooner
        }
    }
}
// end-snippet

internal interface IUserDirectory
{
    ValueTask<bool> IsBlockedAsync(string subject, CancellationToken cancellationToken);
}
