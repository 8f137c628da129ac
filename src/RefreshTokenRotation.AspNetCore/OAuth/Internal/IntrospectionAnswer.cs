using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>The bodies of introspection answers (RFC 7662 section 2.2). What is not known is left out.</summary>
internal static class IntrospectionAnswer
{
    /// <summary>What a resource server must not take for an access token says so.</summary>
    public const string RefreshTokenType = "refresh_token";

    public static ReadOnlyMemory<byte> Inactive { get; } = """{"active":false}"""u8.ToArray();

    public static byte[] Of(TokenFamilyInfo family, string issuer, StatedLifetimes lifetimes)
    {
        var (absolute, idle) = (family.AbsoluteExpiresAt, family.IdleExpiresAt);
        return Write(new JsonObject
        {
            ["active"] = true,
            ["token_type"] = RefreshTokenType,
            ["scope"] = Scope(family.Scopes),
            ["client_id"] = family.ClientId,
            ["sub"] = family.Subject,
            ["aud"] = Audience(family.Resources),
            ["iss"] = issuer,
            ["exp"] = (absolute is null || idle < absolute ? idle : absolute)?.ToUnixTimeSeconds(),
            ["iat"] = (family.RotatedAt ?? family.CreatedAt).ToUnixTimeSeconds(),
            ["jti"] = string.Create(CultureInfo.InvariantCulture, $"{family.FamilyId:N}.{family.Generation}"),
            ["sid"] = family.SessionId,
            ["auth_time"] = family.AuthenticationTime?.ToUnixTimeSeconds(),
            ["acr"] = family.Acr,
            ["amr"] = List(family.Amr),
            [StatedLifetimes.TimeoutMember] = lifetimes.Timeout,
            [StatedLifetimes.AuthorizationMember] = lifetimes.Authorization,
        });
    }

    public static byte[] Of(ValidatedAccessToken token, string issuer) => Write(new JsonObject
    {
        ["active"] = true,
        ["token_type"] = token.TokenType,
        ["scope"] = Scope(token.Scopes),
        ["client_id"] = token.ClientId,
        ["sub"] = token.Subject,
        ["aud"] = Audience(token.Resources),
        ["iss"] = token.Issuer ?? issuer,
        ["exp"] = token.ExpiresAt.ToUnixTimeSeconds(),
        ["iat"] = token.IssuedAt?.ToUnixTimeSeconds(),
        ["jti"] = token.TokenId,
        ["sid"] = token.SessionId,
        ["auth_time"] = token.AuthenticationTime?.ToUnixTimeSeconds(),
        ["acr"] = token.Acr,
        ["amr"] = List(token.Amr),
        ["rtr_fid"] = token.FamilyId?.ToString("N", CultureInfo.InvariantCulture),
        ["cnf"] = token.SenderKeyThumbprint is { } thumbprint ? new JsonObject { [ConfirmationMember(token)] = thumbprint } : null,
    });

    private static byte[] Write(JsonObject members) => JsonSerializer.SerializeToUtf8Bytes<JsonNode>(NodeJson.WithoutNulls(members), NodeJson.Default.JsonNode);

    private static string? Scope(IReadOnlyList<string> scopes) => scopes.Count == 0 ? null : string.Join(' ', scopes);

    private static JsonNode? Audience(IReadOnlyList<string> resources) => resources.Count == 1 ? resources[0] : List(resources);

    private static JsonArray? List(IReadOnlyList<string> values) =>
        values.Count == 0 ? null : new JsonArray([.. values.Select(static value => (JsonNode)value)]);

    /// <summary>RFC 9449 section 6.2 and RFC 8705 section 3.2: the type shows which key it is.</summary>
    private static string ConfirmationMember(ValidatedAccessToken token) =>
        string.Equals(token.TokenType, "DPoP", StringComparison.OrdinalIgnoreCase) ? "jkt" : "x5t#S256";
}
