namespace RefreshTokenRotation.Identity;

/// <summary>Writes to a user whose refresh token was replayed. Implement it on the class that is registered as <c>IEmailSender&lt;TUser&gt;</c>.</summary>
/// <typeparam name="TUser">The user.</typeparam>
public interface ITokenTheftEmailSender<TUser>
    where TUser : class
{
    /// <summary>Sends the notice. An exception is logged.</summary>
    /// <param name="user">The user.</param>
    /// <param name="email">The confirmed address.</param>
    /// <param name="family">The session that was ended.</param>
    /// <param name="cancellationToken">Cancelled when the host has stopped and the time to finish is over.</param>
    /// <returns>A task that ends when the notice was sent.</returns>
    Task SendTokenTheftNoticeAsync(TUser user, string email, TokenFamilyInfo family, CancellationToken cancellationToken);
}
