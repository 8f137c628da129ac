using System.Security.Claims;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace RefreshTokenRotation.OpenIddict.Internal;

/// <summary>A refresh token that this OpenIddict server issued itself, self-contained or by reference. Reading one changes nothing.</summary>
/// <param name="CanonicalText">The token in its one form.</param>
/// <param name="Payload">Its self-contained form.</param>
/// <param name="Principal">What it grants.</param>
/// <param name="Entry">Its entry; null if there is none.</param>
internal sealed record IssuedToken(string CanonicalText, string Payload, ClaimsPrincipal Principal, object? Entry)
{
    private const string RefreshTokenType = "oi_reft+jwt";

    public static async ValueTask<IssuedToken?> ReadAsync(
        string token, OpenIddictServerOptions options, IOpenIddictTokenManager tokens, CancellationToken cancellationToken)
    {
        if (FamilyEntries.IsReference(token))
        {
            return null;
        }

        if (options.JsonWebTokenHandler.CanReadToken(token))
        {
            if (await DecryptAsync(token, options).ConfigureAwait(false) is not { } read)
            {
                return null;
            }

            var found = read.GetTokenId() is { Length: > 0 } id ? await tokens.FindByIdAsync(id, cancellationToken).ConfigureAwait(false) : null;
            // The payload of a reference token is no token: anyone who reads the database must not be able to present it.
            return found is not null && await tokens.GetReferenceIdAsync(found, cancellationToken).ConfigureAwait(false) is { Length: > 0 }
                ? null
                : new IssuedToken(Canonical(token), token, read, found);
        }

        return await tokens.FindByReferenceIdAsync(token, cancellationToken).ConfigureAwait(false) is { } entry
            && await tokens.HasTypeAsync(entry, TokenTypeIdentifiers.RefreshToken, cancellationToken).ConfigureAwait(false)
            && await tokens.GetPayloadAsync(entry, cancellationToken).ConfigureAwait(false) is { Length: > 0 } payload
            && !FamilyEntries.IsFamilyPayload(payload)
            && await DecryptAsync(payload, options).ConfigureAwait(false) is { } principal
                ? new IssuedToken(token, payload, principal, entry)
                : null;
    }

    private static async ValueTask<ClaimsPrincipal?> DecryptAsync(string text, OpenIddictServerOptions options)
    {
        var parameters = options.TokenValidationParameters.Clone();
        parameters.ValidateIssuer = false; // our own keys say whose it is
        parameters.ValidateLifetime = false;
        parameters.ValidTypes = [RefreshTokenType];
        var result = await options.JsonWebTokenHandler.ValidateTokenAsync(text, parameters).ConfigureAwait(false);
        if (!result.IsValid)
        {
            return null;
        }

        var read = (JsonWebToken)result.SecurityToken;
        read = read.InnerToken ?? read;
        var principal = new ClaimsPrincipal(result.ClaimsIdentity).SetTokenType(TokenTypeIdentifiers.RefreshToken);
        if (read.TryGetPayloadValue(Claims.Private.ClaimDestinationsMap, out Dictionary<string, string[]> destinations))
        {
            foreach (var claim in principal.Claims.Where(claim => destinations.ContainsKey(claim.Type)))
            {
                claim.SetDestinations(destinations[claim.Type]);
            }
        }

        return principal;
    }

    /// <summary>Base64url texts differ in bits that carry nothing; encoding them anew makes them one.</summary>
    private static string Canonical(string token) =>
        string.Join('.', token.Split('.').Select(static part => Base64UrlEncoder.Encode(Base64UrlEncoder.DecodeBytes(part))));
}
