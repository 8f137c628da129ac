using System.Buffers.Text;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.Identity.Internal;

/// <summary>The protected refresh tokens that Identity issued itself: a ticket with the user and an expiry, and no trace in any database.</summary>
internal sealed class IdentityTokenSource(
    IOptionsMonitor<BearerTokenOptions> bearer, IOptions<IdentityOptions> identity, IOptions<IdentityRotationOptions> options, Tenants tenants, UserKinds kinds,
    TimeProvider time)
    : ILegacyTokenSource
{
    private BearerTokenOptions Bearer => bearer.Get(IdentityConstants.BearerScheme);

    public TimeSpan Retention => options.Value.AdoptIdentityTokens ? Bearer.RefreshTokenExpiration : TimeSpan.Zero;

    public ValueTask<LegacyToken?> ReadAsync(string token, CancellationToken cancellationToken) => new(Unprotect(token));

    private LegacyToken? Unprotect(string token)
    {
        if (!options.Value.AdoptIdentityTokens
            || Bearer.RefreshTokenProtector is not PreparedRefreshTickets { Original: var original }
            || original.Unprotect(token) is not { Properties.ExpiresUtc: { } expiresAt } ticket
            || ticket.Principal.FindFirstValue(identity.Value.ClaimsIdentity.UserIdClaimType) is not { Length: > 0 } subject)
        {
            return null;
        }

        return new LegacyToken
        {
            CanonicalText = Canonical(token),
            Grant = time.GetUtcNow() < expiresAt ? Grant(ticket, subject) : null,
            ValidUntil = expiresAt,
        };
    }

    /// <summary>Each refresh of Identity's got a full lifetime, so the family is bound by the policy alone. The stamp is checked at each exchange.</summary>
    private IssueRequest Grant(AuthenticationTicket ticket, string subject) => new()
    {
        Subject = subject,
        ClientId = kinds.Client,
        TenantId = tenants.OfEarlierToken(ticket.Principal),
        Metadata = SecurityStamps.ToMetadata(ticket.Principal.FindFirstValue(identity.Value.ClaimsIdentity.SecurityStampClaimType)),
    };

    /// <summary>The decoder of protected texts passes over padding and spare bits; what it decodes is authenticated.</summary>
    private static string Canonical(string token)
    {
        try
        {
            return Base64Url.EncodeToString(WebEncoders.Base64UrlDecode(token));
        }
        catch (FormatException)
        {
            // A protector of the host's own has another alphabet.
            return token;
        }
    }
}
