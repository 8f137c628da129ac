using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.Identity.Internal;

/// <summary>Hands the endpoint the ticket that <see cref="RefreshPreparation"/> has found before. It reads no store, and so need not be asynchronous.</summary>
internal sealed class PreparedRefreshTickets(IHttpContextAccessor accessor, ISecureDataFormat<AuthenticationTicket> original)
    : ISecureDataFormat<AuthenticationTicket>
{
    /// <summary>What reads the refresh tokens of Identity itself.</summary>
    public ISecureDataFormat<AuthenticationTicket> Original { get; } = original;

    public AuthenticationTicket? Unprotect(string? protectedText)
    {
        if (accessor.HttpContext?.Features.Get<RefreshAttempt>() is not { } attempt || attempt.Token != protectedText)
        {
            return null;
        }

        attempt.IsRead = true;
        return attempt.Principal is { } principal
            ? new AuthenticationTicket(principal, new AuthenticationProperties { ExpiresUtc = DateTimeOffset.MaxValue }, IdentityConstants.BearerScheme)
            : null;
    }

    public AuthenticationTicket? Unprotect(string? protectedText, string? purpose) => Unprotect(protectedText);

    public string Protect(AuthenticationTicket data) => Original.Protect(data);

    public string Protect(AuthenticationTicket data, string? purpose) => Original.Protect(data, purpose);

    /// <summary>Puts it into the options of the bearer scheme.</summary>
    internal sealed class Setup(IHttpContextAccessor accessor) : IPostConfigureOptions<BearerTokenOptions>
    {
        public void PostConfigure(string? name, BearerTokenOptions options)
        {
            if (name == IdentityConstants.BearerScheme && options.RefreshTokenProtector is not PreparedRefreshTickets)
            {
                options.RefreshTokenProtector = new PreparedRefreshTickets(accessor, options.RefreshTokenProtector);
            }
        }
    }
}
