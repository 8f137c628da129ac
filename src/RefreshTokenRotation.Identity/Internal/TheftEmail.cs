using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.Identity.Internal;

/// <summary>Writes to a user whose token was replayed, if the host wants it.</summary>
internal sealed class TheftEmail<TUser>(IServiceScopeFactory scopes, IOptions<IdentityRotationOptions> options) : IRefreshTokenEventHandler
    where TUser : class
{
    /// <summary>Parallel replays of one token are one theft. Events come one after the other; after a failure, the next one tries again.</summary>
    private Guid _lastFamily;

    public async ValueTask HandleAsync(RefreshTokenEvent refreshTokenEvent, CancellationToken cancellationToken)
    {
        if (!options.Value.SendTheftEmail
            || refreshTokenEvent is not RefreshTokenEvent.ReuseDetected { FamilyRevoked: true, Family: { } family }
            || family.ClientId != options.Value.ClientId
            || family.FamilyId == _lastFamily)
        {
            return;
        }

        var scope = scopes.CreateAsyncScope();
        await using var ownedScope = scope.ConfigureAwait(false);
        var users = scope.ServiceProvider.GetRequiredService<UserManager<TUser>>();
        if (await users.FindByIdAsync(family.Subject).ConfigureAwait(false) is not { } user
            || !users.SupportsUserEmail
            || await users.GetEmailAsync(user).ConfigureAwait(false) is not { Length: > 0 } email
            || !await users.IsEmailConfirmedAsync(user).ConfigureAwait(false))
        {
            return;
        }

        var sender = scope.ServiceProvider.GetRequiredService<IEmailSender<TUser>>();
        if (sender is ITokenTheftEmailSender<TUser> theft)
        {
            await theft.SendTokenTheftNoticeAsync(user, email, family, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            // The form that /resetPassword takes.
            var code = WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(await users.GeneratePasswordResetTokenAsync(user).ConfigureAwait(false)));
            await sender.SendPasswordResetCodeAsync(user, email, HtmlEncoder.Default.Encode(code)).ConfigureAwait(false);
        }

        _lastFamily = family.FamilyId;
    }
}
