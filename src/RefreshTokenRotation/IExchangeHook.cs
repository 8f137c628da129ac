namespace RefreshTokenRotation;

/// <summary>Your code that may reject an exchange, or shorten a family's life: because the user was blocked, for example.</summary>
/// <remarks>
/// Hooks run in the order of their registration, before every success and before the access token is produced, and again after a conflict. They do
/// not run for a token that is rejected or replayed. An exception ends the call and consumes nothing.
/// A hook may be scoped: it comes from the request's scope at the endpoints, from <see cref="ExchangeRequest.Services"/> elsewhere, and from a new scope if there is neither.
/// </remarks>
public interface IExchangeHook
{
    /// <summary>Decides on an exchange that would succeed.</summary>
    /// <param name="context">The family, what the exchange would do, and the methods that reject it or shorten the family's life.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <returns>A task that ends when the hook has decided.</returns>
    ValueTask OnExchangeAsync(ExchangeHookContext context, CancellationToken cancellationToken);
}
