using RefreshTokenRotation;

namespace AuthorizationServer.Accounts;

/// <summary>Refuses the refresh tokens of users who are no longer there. Whatever else a host knows of its users is judged at this place too:
/// who is blocked, or has to accept new terms.</summary>
internal sealed class KnownUsers(Users users) : IExchangeHook
{
    public ValueTask OnExchangeAsync(ExchangeHookContext context, CancellationToken cancellationToken)
    {
        if (users.Find(context.Family.Subject) is null)
        {
            context.Refuse("The user does not exist any more.");
        }

        return ValueTask.CompletedTask;
    }
}
