using System.Buffers;
using System.Text.Json;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>The response with tokens (RFC 6749 section 5.1). It always names the scope, unless that is empty.</summary>
internal static class TokenAnswer
{
    [ThreadStatic]
    private static Buffer? _buffer;

    /// <summary>The document is written and copied before the call returns.</summary>
    public static ValueTask SendAsync(
        HttpContext context,
        AccessToken accessToken,
        IReadOnlyList<string> scopes,
        RefreshToken? refreshToken,
        TimeSpan? leeway = null,
        StatedLifetimes lifetimes = default)
    {
        var buffer = _buffer ??= new Buffer();
        buffer.Clear(); // after a document that could not be finished
        Write(buffer.Writer, accessToken, scopes, refreshToken, leeway, lifetimes);
        var sending = OAuthAnswer.SendJsonAsync(context, StatusCodes.Status200OK, buffer.Bytes.WrittenSpan);
        buffer.Clear();
        return sending;
    }

    private static void Write(
        Utf8JsonWriter writer, AccessToken accessToken, IReadOnlyList<string> scopes, RefreshToken? refreshToken, TimeSpan? leeway, StatedLifetimes lifetimes)
    {
        writer.WriteStartObject();
        writer.WriteString("access_token"u8, accessToken.Value);
        writer.WriteString("token_type"u8, accessToken.TokenType);
        writer.WriteNumber("expires_in"u8, (long)accessToken.Lifetime.TotalSeconds);
        if (scopes.Count > 0)
        {
            writer.WriteString("scope"u8, string.Join(' ', scopes));
        }

        if (accessToken.IdToken is { } idToken)
        {
            writer.WriteString("id_token"u8, idToken);
        }

        if (refreshToken is { } token)
        {
            writer.WriteString("refresh_token"u8, token.Reveal());
        }

        if (leeway is { } time)
        {
            writer.WriteNumber("refresh_token_leeway"u8, (long)time.TotalSeconds);
        }

        if (lifetimes.Timeout is { } timeout)
        {
            writer.WriteNumber(StatedLifetimes.TimeoutMember, timeout);
        }

        if (lifetimes.Authorization is { } authorization)
        {
            writer.WriteNumber(StatedLifetimes.AuthorizationMember, authorization);
        }

        writer.WriteEndObject();
        writer.Flush();
    }

    /// <summary>One per thread: there is no await between its first byte and its last.</summary>
    private sealed class Buffer
    {
        private const int UsualSize = 2048;

        public Buffer()
        {
            Bytes = new ArrayBufferWriter<byte>(UsualSize);
            Writer = new Utf8JsonWriter(Bytes);
        }

        public ArrayBufferWriter<byte> Bytes { get; }

        public Utf8JsonWriter Writer { get; }

        /// <summary>Overwrites the tokens.</summary>
        public void Clear()
        {
            Bytes.Clear();
            Writer.Reset();
        }
    }
}
