using System.Buffers;
using System.Globalization;
using System.Text.Json;

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
        return Write(json =>
        {
            json.WriteString("token_type"u8, RefreshTokenType);
            WriteCommon(json, family.Subject, family.ClientId, family.Scopes, family.Resources);
            json.WriteString("iss"u8, issuer);
            WriteTime(json, "exp"u8, absolute is null || idle < absolute ? idle : absolute);
            WriteTime(json, "iat"u8, family.RotatedAt ?? family.CreatedAt);
            json.WriteString("jti"u8, string.Create(CultureInfo.InvariantCulture, $"{family.FamilyId:N}.{family.Generation}"));
            WriteLogin(json, family.SessionId, family.AuthenticationTime, family.Acr, family.Amr);
            WriteNumber(json, StatedLifetimes.TimeoutMember, lifetimes.Timeout);
            WriteNumber(json, StatedLifetimes.AuthorizationMember, lifetimes.Authorization);
        });
    }

    public static byte[] Of(ValidatedAccessToken token, string issuer) => Write(json =>
    {
        json.WriteString("token_type"u8, token.TokenType);
        WriteCommon(json, token.Subject, token.ClientId, token.Scopes, token.Resources);
        json.WriteString("iss"u8, token.Issuer ?? issuer);
        WriteTime(json, "exp"u8, token.ExpiresAt);
        WriteTime(json, "iat"u8, token.IssuedAt);
        WriteText(json, "jti"u8, token.TokenId);
        WriteLogin(json, token.SessionId, token.AuthenticationTime, token.Acr, token.Amr);
        WriteText(json, "rtr_fid"u8, token.FamilyId?.ToString("N", CultureInfo.InvariantCulture));
        if (token.SenderKeyThumbprint is { } thumbprint)
        {
            // RFC 9449 section 6.2 and RFC 8705 section 3.2: the type tells which key it is.
            json.WriteStartObject("cnf"u8);
            json.WriteString(string.Equals(token.TokenType, "DPoP", StringComparison.OrdinalIgnoreCase) ? "jkt"u8 : "x5t#S256"u8, thumbprint);
            json.WriteEndObject();
        }
    });

    private static byte[] Write(Action<Utf8JsonWriter> writeMembers)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteBoolean("active"u8, true);
            writeMembers(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteCommon(
        Utf8JsonWriter json, string subject, string client, IReadOnlyList<string> scopes, IReadOnlyList<string> resources)
    {
        WriteText(json, "scope"u8, scopes.Count == 0 ? null : string.Join(' ', scopes));
        json.WriteString("client_id"u8, client);
        json.WriteString("sub"u8, subject);
        if (resources.Count == 1)
        {
            json.WriteString("aud"u8, resources[0]);
        }
        else
        {
            WriteList(json, "aud"u8, resources);
        }
    }

    private static void WriteLogin(Utf8JsonWriter json, string? session, DateTimeOffset? at, string? acr, IReadOnlyList<string> amr)
    {
        WriteText(json, "sid"u8, session);
        WriteTime(json, "auth_time"u8, at);
        WriteText(json, "acr"u8, acr);
        WriteList(json, "amr"u8, amr);
    }

    private static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void WriteTime(Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset? value)
    {
        if (value is { } instant)
        {
            json.WriteNumber(name, instant.ToUnixTimeSeconds());
        }
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    private static void WriteList(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string> values)
    {
        if (values.Count == 0)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
