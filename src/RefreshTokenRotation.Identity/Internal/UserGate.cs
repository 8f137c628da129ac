using System.Security.Claims;

namespace RefreshTokenRotation.Identity.Internal;

/// <summary>Whether a family's user may go on.</summary>
internal abstract class UserGate
{
    /// <summary>The user, if the endpoint agrees, or null if they are rejected; and why the family ends if they are refused.</summary>
    public abstract Task<(ClaimsPrincipal? Principal, RevocationReason Reason)> CheckAsync(TokenFamilyInfo family);
}

/// <inheritdoc/>
internal sealed class UserGate<TUser>(SignInManager<TUser> signIn) : UserGate
    where TUser : class
{
    public override async Task<(ClaimsPrincipal? Principal, RevocationReason Reason)> CheckAsync(TokenFamilyInfo family)
    {
        var users = signIn.UserManager;
        if (await users.FindByIdAsync(family.Subject).ConfigureAwait(false) is not { } user
            || (users.SupportsUserLockout && await users.IsLockedOutAsync(user).ConfigureAwait(false))
            || !await signIn.CanSignInAsync(user).ConfigureAwait(false))
        {
            return (null, RevocationReason.Administrator);
        }

        if (family.Version == 0 && await EarlierTokens.HaveEndedAsync(users, user).ConfigureAwait(false))
        {
            return (null, RevocationReason.User);
        }

        // As the endpoint does it; a host may override the check. The endpoint asks again, but only a verdict from here ends the family: what a filter of the host makes of
        // the endpoint's answer says nothing of the user. The check gets the stamp of the log-in.
        var claims = users.Options.ClaimsIdentity;
        var identity = new ClaimsIdentity(IdentityConstants.BearerScheme);
        identity.AddClaim(new Claim(claims.UserIdClaimType, family.Subject));
        var reason = RevocationReason.Administrator;
        if (users.SupportsUserSecurityStamp)
        {
            var stamp = await users.GetSecurityStampAsync(user).ConfigureAwait(false);
            var isSame = SecurityStamps.IsSame(family, stamp);
            identity.AddClaim(new Claim(claims.SecurityStampClaimType, isSame ? stamp : string.Empty));
            reason = isSame ? reason : RevocationReason.CredentialsChanged;
        }

        var principal = new ClaimsPrincipal(identity);
        return (await signIn.ValidateSecurityStampAsync(principal).ConfigureAwait(false) is null ? null : principal, reason);
    }
}
