namespace RefreshTokenRotation.Identity.Internal;

/// <summary>Refresh tokens that Identity issued before rotation was added, and that were not presented since. They leave no trace in any database, so a user can end only all of
/// theirs at once. The mark is one of the user's own tokens (<c>AspNetUserTokens</c>).</summary>
internal static class EarlierTokens
{
    private const string Provider = "RefreshTokenRotation";
    private const string Name = "earlier_tokens_ended";

    public static async Task<bool> HaveEndedAsync<TUser>(UserManager<TUser> users, TUser user)
        where TUser : class =>
        users.SupportsUserAuthenticationTokens && await users.GetAuthenticationTokenAsync(user, Provider, Name).ConfigureAwait(false) is not null;

    public static async Task EndAsync<TUser>(UserManager<TUser> users, TUser user)
        where TUser : class
    {
        if (users.SupportsUserAuthenticationTokens
            && await users.SetAuthenticationTokenAsync(user, Provider, Name, bool.TrueString).ConfigureAwait(false) is { Succeeded: false } failure)
        {
            // Another request changed the user.
            throw new RefreshTokenUnavailableException($"The user could not be updated: {failure}.");
        }
    }
}
