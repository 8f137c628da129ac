using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Reads <c>application/x-www-form-urlencoded</c>. The framework's form collection compares names without case, which
/// RFC 6749 does not allow.</summary>
/// <remarks>Bytes that are not UTF-8 become U+FFFD, which no token, client or scope contains, so such a value is rejected like any other wrong
/// one. A percent sign that starts no escape is taken literally.</remarks>
internal static class FormBody
{
    /// <summary>More parameters than any request needs.</summary>
    public const int MaxParameters = 1000;

    private static readonly SearchValues<byte> Escapes = SearchValues.Create((byte)'%', (byte)'+');

    /// <summary>The parameters, or null if there are too many.</summary>
    public static List<KeyValuePair<string, string>>? Parse(ReadOnlySpan<byte> body, out OAuthError? error)
    {
        error = null;
        var pairs = new List<KeyValuePair<string, string>>(8);
        while (body.Length > 0)
        {
            var end = body.IndexOf((byte)'&');
            var pair = end < 0 ? body : body[..end];
            body = end < 0 ? default : body[(end + 1)..];
            if (pair.Length == 0)
            {
                continue;
            }

            if (pairs.Count == MaxParameters)
            {
                error = OAuthError.TooManyParameters;
                return null;
            }

            var equals = pair.IndexOf((byte)'=');
            var name = equals < 0 ? pair : pair[..equals];
            pairs.Add(new(ParameterNames.Find(name) ?? Decode(name), equals < 0 ? string.Empty : Value(pair[(equals + 1)..])));
        }

        return pairs;
    }

    /// <summary>One name or value, decoded.</summary>
    public static string Decode(ReadOnlySpan<byte> encoded)
    {
        if (!encoded.ContainsAny(Escapes))
        {
            return Encoding.UTF8.GetString(encoded);
        }

        var rented = ArrayPool<byte>.Shared.Rent(encoded.Length);
        var length = 0;
        for (var i = 0; i < encoded.Length; i++)
        {
            var b = encoded[i];
            if (b == '%' && i + 2 < encoded.Length && Utf8Parser.TryParse(encoded.Slice(i + 1, 2), out byte value, out var used, 'x') && used == 2)
            {
                b = value;
                i += 2;
            }
            else if (b == '+')
            {
                b = (byte)' ';
            }

            rented[length++] = b;
        }

        var text = Encoding.UTF8.GetString(rented, 0, length);
        ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        return text;
    }

    private static string Value(ReadOnlySpan<byte> encoded) => ParameterNames.Find(encoded) ?? Decode(encoded);
}
