using AuthorizationServer.Setup;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using RefreshTokenRotation;

namespace AuthorizationServer.Flows.LogOut;

/// <summary>What an ID token says about the session in which it was issued.</summary>
internal sealed record IdTokenHint(string ClientId, string Subject, string? SessionId);

/// <summary>Reads <c>id_token_hint</c>: an ID token of this server, which may have expired long ago (OpenID Connect RP-Initiated Logout 1.0, section 2).</summary>
internal sealed class IdTokenHints(IJsonWebKeySetSource keys, ServerSettings settings)
{
    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false };

    /// <summary>What the token says; null without a token, or if another server issued it.</summary>
    public async ValueTask<IdTokenHint?> ReadAsync(string? token, CancellationToken cancellationToken)
    {
        if (token is null)
        {
            return null;
        }

        var result = await Handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = settings.Issuer,
            IssuerSigningKeys = new JsonWebKeySet(await keys.GetJsonWebKeySetAsync(cancellationToken)).GetSigningKeys(),
            ValidateAudience = false, // Whatever client it names: the caller compares.
            ValidateLifetime = false,
            ValidTypes = ["JWT"], // An access token is of the type at+jwt.
        });
        return result is { IsValid: true, SecurityToken: JsonWebToken jwt } && jwt.Audiences.ToList() is [var clientId] && jwt.Subject is { Length: > 0 } subject
            ? new IdTokenHint(clientId, subject, jwt.TryGetPayloadValue<string>("sid", out var session) ? session : null)
            : null;
    }
}
