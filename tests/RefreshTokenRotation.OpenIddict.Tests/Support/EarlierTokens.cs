using System.Security.Claims;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace RefreshTokenRotation.OpenIddict.Tests.Support;

/// <summary>Refresh tokens in OpenIddict's own format, without its pipeline.</summary>
internal static class EarlierTokens
{
    /// <summary>An access token of the server whose lifetime is over.</summary>
    public static string ExpiredAccessToken(OpenIddictServerOptions options, Uri issuer, string subject) =>
        options.JsonWebTokenHandler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = "at+jwt",
            Issuer = issuer.AbsoluteUri,
            IssuedAt = DateTime.UtcNow.AddHours(-2),
            NotBefore = DateTime.UtcNow.AddHours(-2),
            Expires = DateTime.UtcNow.AddHours(-1),
            Subject = new ClaimsIdentity([new Claim(Claims.Subject, subject), new Claim(Claims.ClientId, "spa")]),
            SigningCredentials = options.SigningCredentials[0],
            EncryptingCredentials = options.EncryptionCredentials[0],
        });

    public static string Protect(OpenIddictServerOptions options, string id, string subject) =>
        options.JsonWebTokenHandler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = "oi_reft+jwt",
            Subject = new ClaimsIdentity(
            [
                new Claim(Claims.Subject, subject),
                new Claim(Claims.Private.Presenter, "client"),
                new Claim(Claims.Private.Scope, "api"),
                new Claim(Claims.Private.TokenId, id),
            ]),
            SigningCredentials = options.SigningCredentials[0],
            EncryptingCredentials = options.EncryptionCredentials[0],
        });
}
