using System.Buffers;
using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Reads the parameters of a request, from its body alone.</summary>
internal sealed class BodyReader(IOptions<RefreshTokenEndpointOptions> options)
{
    private const string FormType = "application/x-www-form-urlencoded";
    private const string JsonType = "application/json";

    /// <summary>Names under which clients send UTF-8.</summary>
    private static readonly string[] Utf8Names = ["utf-8", "utf8"];

    /// <summary>Charsets that equal UTF-8 while the body is ASCII.</summary>
    private static readonly string[] AsciiNames = ["us-ascii", "ascii", "iso-8859-1", "latin1", "windows-1252"];

    private readonly int _maximum = options.Value.MaximumBodySize;
    private readonly bool _allowJson = options.Value.AllowJsonBodies;

    private delegate List<KeyValuePair<string, string>>? Parser(ReadOnlySpan<byte> body, out OAuthError? error);

    public ValueTask<(OAuthParameters? Parameters, OAuthError? Error)> ReadAsync(HttpRequest request, CancellationToken cancellationToken) =>
        ChooseParser(request, out var parse, out var isAscii) is { } error
            ? new((null, error))
            : RequestBody.ReadAsync(request, _maximum, (Parser: parse!, IsAscii: isAscii), static (body, how) => Read(body, how.Parser, how.IsAscii), cancellationToken);

    private static (OAuthParameters? Parameters, OAuthError? Error) Read(ReadOnlySequence<byte> body, Parser parse, bool isAscii)
    {
        if (Parse(body, parse, isAscii, out var malformed) is not { } pairs)
        {
            return (null, malformed ?? OAuthError.BodyMalformed);
        }

        var parameters = new OAuthParameters(pairs);
        return parameters.FindRepeated() is { } name ? (null, OAuthError.Repeated(name)) : (parameters, null);
    }

    private OAuthError? ChooseParser(HttpRequest request, out Parser? parser, out bool isAscii)
    {
        (parser, isAscii) = (null, false);
        if (RequestBody.IsEncoded(request))
        {
            return OAuthError.ContentEncoded;
        }

        var contentType = request.ContentType;
        if (string.IsNullOrEmpty(contentType))
        {
            return OAuthError.ContentTypeMissing;
        }

        if (string.Equals(contentType, FormType, StringComparison.OrdinalIgnoreCase))
        {
            parser = FormBody.Parse;
            return null;
        }

        if (!MediaTypeHeaderValue.TryParse(contentType, out var media))
        {
            return OAuthError.ContentTypeWrong;
        }

        var charset = HeaderUtilities.RemoveQuotes(media.Charset);
        if (charset.Length > 0 && !Contains(Utf8Names, charset))
        {
            if (!Contains(AsciiNames, charset))
            {
                return OAuthError.CharsetWrong;
            }

            isAscii = true;
        }

        parser = media.MediaType.Equals(FormType, StringComparison.OrdinalIgnoreCase) ? FormBody.Parse
            : _allowJson && media.MediaType.Equals(JsonType, StringComparison.OrdinalIgnoreCase) ? JsonBody.Parse
            : null;
        return parser is null ? OAuthError.ContentTypeWrong : null;
    }

    private static bool Contains(string[] names, StringSegment charset) =>
        Array.Exists(names, name => charset.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static List<KeyValuePair<string, string>>? Parse(ReadOnlySequence<byte> body, Parser parse, bool isAscii, out OAuthError? error)
    {
        if (body.IsSingleSegment)
        {
            return ParseSpan(body.FirstSpan, parse, isAscii, out error);
        }

        var length = (int)body.Length;
        var rented = ArrayPool<byte>.Shared.Rent(length);
        body.CopyTo(rented);
        var pairs = ParseSpan(rented.AsSpan(0, length), parse, isAscii, out error);

        // It held tokens and secrets.
        ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        return pairs;
    }

    private static List<KeyValuePair<string, string>>? ParseSpan(ReadOnlySpan<byte> body, Parser parse, bool isAscii, out OAuthError? error)
    {
        error = isAscii && !Ascii.IsValid(body) ? OAuthError.CharsetWrong : null;
        return error is null ? parse(body, out error) : null;
    }
}
