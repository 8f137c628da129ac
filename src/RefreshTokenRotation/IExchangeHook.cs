namespace RefreshTokenRotation;

/// <summary>Lets the host refuse an exchange or shorten a family's life: the user was blocked, or the device is not known.</summary>
/// <remarks>
/// Hooks run in the order of their registration, before every success and before the access token is produced; again after a conflict. They do
/// not run for a token that is refused or replayed. An exception ends the call and consumes nothing.
/// A hook may be scoped: it comes from the request's scope at the endpoints, from <see cref="ExchangeRequest.Services"/> elsewhere, and from a scope of
/// its own where there is neither.
/// </remarks>
public interface IExchangeHook
{
    /// <summary>Judges an exchange that would succeed.</summary>
    /// <param name="context">The family, what the exchange would do, and the means to refuse or to shorten.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <returns>A task that ends when the judgement stands.</returns>
    ValueTask OnExchangeAsync(ExchangeHookContext context, CancellationToken cancellationToken);
}
