using System.Security.Claims;
using Microsoft.AspNetCore.Identity;

namespace RefreshTokenRotation.Identity.Internal;

/// <summary>Whether a family's user may go on.</summary>
internal abstract class UserGate
{
    public abstract Task<Verdict> CheckAsync(TokenFamilyInfo family);

    /// <summary>The verdict.</summary>
    /// <param name="Principal">Whose security stamp the endpoint has to validate; null if the user is refused already.</param>
    /// <param name="Reason">Why the family ends if the user is refused, here or by the endpoint.</param>
    internal readonly record struct Verdict(ClaimsPrincipal? Principal, RevocationReason Reason);
}

/// <inheritdoc/>
internal sealed class UserGate<TUser>(SignInManager<TUser> signIn) : UserGate
    where TUser : class
{
    public override async Task<Verdict> CheckAsync(TokenFamilyInfo family)
    {
        var users = signIn.UserManager;
        if (await users.FindByIdAsync(family.Subject).ConfigureAwait(false) is not { } user
            || (users.SupportsUserLockout && await users.IsLockedOutAsync(user).ConfigureAwait(false))
            || !await signIn.CanSignInAsync(user).ConfigureAwait(false))
        {
            return new Verdict(Principal: null, RevocationReason.Administrator);
        }

        // The endpoint's own call of ValidateSecurityStampAsync, which a host may override, has the last word. It gets the stamp of the log-in.
        var claims = users.Options.ClaimsIdentity;
        var identity = new ClaimsIdentity(IdentityConstants.BearerScheme);
        identity.AddClaim(new Claim(claims.UserIdClaimType, family.Subject));
        if (!users.SupportsUserSecurityStamp)
        {
            return new Verdict(new ClaimsPrincipal(identity), RevocationReason.Administrator);
        }

        var stamp = await users.GetSecurityStampAsync(user).ConfigureAwait(false);
        var isSame = SecurityStamps.IsSame(family, stamp);
        identity.AddClaim(new Claim(claims.SecurityStampClaimType, isSame ? stamp : string.Empty));
        return new Verdict(new ClaimsPrincipal(identity), isSame ? RevocationReason.Administrator : RevocationReason.CredentialsChanged);
    }
}
