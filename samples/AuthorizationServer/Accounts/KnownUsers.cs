using RefreshTokenRotation;

namespace AuthorizationServer.Accounts;

/// <summary>Rejects the refresh tokens of deleted users. A host can check other facts about its users here too: whether a user is blocked,
/// or has to accept new terms.</summary>
internal sealed class KnownUsers(Users users) : IExchangeHook
{
    public ValueTask OnExchangeAsync(ExchangeHookContext context, CancellationToken cancellationToken)
    {
        if (users.Find(context.Family.Subject) is null)
        {
            context.Refuse("The user no longer exists.");
        }

        return ValueTask.CompletedTask;
    }
}
