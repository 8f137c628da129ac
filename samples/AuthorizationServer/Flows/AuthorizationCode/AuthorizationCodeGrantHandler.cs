using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using AuthorizationServer.Accounts;
using RefreshTokenRotation;
using RefreshTokenRotation.AspNetCore;

namespace AuthorizationServer.Flows.AuthorizationCode;

/// <summary>Exchanges a code for tokens (RFC 6749 section 4.1.3, RFC 7636 section 4.6).</summary>
internal sealed partial class AuthorizationCodeGrantHandler(AuthorizationCodes codes, Sessions sessions, ITokenFamilyManager families) : IGrantTypeHandler
{
    public string GrantType => "authorization_code";

    public async ValueTask<GrantTypeResult> AuthorizeAsync(GrantTypeContext context, CancellationToken cancellationToken)
    {
        var parameters = context.Parameters;
        if (parameters["code"] is not { } code || parameters["redirect_uri"] is not { } redirectUri)
        {
            return new GrantTypeResult.Rejected("invalid_request", "code and redirect_uri are needed, once each.");
        }

        // Another client or another browser uses nothing up, so a stolen code alone can be neither used nor spoilt.
        if (await codes.FindAsync(code, cancellationToken) is not { Value: var grant } entry
            || grant.ClientId != context.Client.ClientId
            || grant.RedirectUri != redirectUri
            || !VerifierMatches(grant.CodeChallenge, parameters))
        {
            return new GrantTypeResult.Rejected("invalid_grant", "Invalid authorization code.");
        }

        if (grant.IsUsed)
        {
            // RFC 6749 section 4.1.2: somebody else has the code too, so end what it granted.
            var given = new TokenFamilyFilter { TenantId = context.TenantId, Subject = grant.Subject, AuthorizationId = grant.AuthorizationId };
            await families.RevokeAsync(given, RevocationReason.AuthorizationCodeReused, cancellationToken);
            return new GrantTypeResult.Rejected("invalid_grant", "Invalid authorization code.");
        }

        var session = new Session(grant.SessionId, grant.Subject, grant.AuthenticatedAt);
        return new GrantTypeResult.Granted
        {
            Subject = grant.Subject,
            Scopes = grant.Scopes,
            Resources = grant.Resources,
            AuthorizationId = grant.AuthorizationId,
            SessionId = grant.SessionId,
            AuthenticationTime = grant.AuthenticatedAt,
            Amr = ["pwd"],
            Nonce = grant.Nonce,
            RedeemAsync = async token => !await sessions.HasEndedAsync(session, token) && await codes.UseAsync(code, entry, token),
        };
    }

    /// <summary>Rejects a verifier without a challenge too, because somebody removed the challenge on the way (RFC 9700 section 4.8.2).</summary>
    private static bool VerifierMatches(string? challenge, OAuthParameters parameters)
    {
        if (challenge is null)
        {
            return parameters.Count("code_verifier") == 0;
        }

        return parameters["code_verifier"] is { } verifier
            && Verifier().IsMatch(verifier)
            && CryptographicOperations.FixedTimeEquals(
                Encoding.ASCII.GetBytes(Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)))),
                Encoding.ASCII.GetBytes(challenge));
    }

    [GeneratedRegex(@"^[A-Za-z0-9._~-]{43,128}\z")]
    private static partial Regex Verifier();
}
