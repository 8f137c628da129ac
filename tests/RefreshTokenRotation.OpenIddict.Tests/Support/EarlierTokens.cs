using System.Security.Claims;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace RefreshTokenRotation.OpenIddict.Tests.Support;

/// <summary>Refresh tokens in OpenIddict's own format, without its pipeline.</summary>
internal static class EarlierTokens
{
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
