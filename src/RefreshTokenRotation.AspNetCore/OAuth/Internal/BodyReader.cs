using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Reads the parameters of a request from its body, and from nowhere else.</summary>
internal sealed class BodyReader(IOptions<RefreshTokenEndpointOptions> options)
{
    private const string FormType = "application/x-www-form-urlencoded";
    private const string JsonType = "application/json";

    private readonly int _maximum = options.Value.MaximumBodySize;
    private readonly bool _allowJson = options.Value.AllowJsonBodies;

    private delegate List<KeyValuePair<string, string>>? Parser(ReadOnlySpan<byte> body);

    public async ValueTask<(OAuthParameters? Parameters, OAuthError? Error)> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (ChooseParser(request, out var parse) is { } error)
        {
            return (null, error);
        }

        if (request.ContentLength > _maximum)
        {
            return (null, OAuthError.BodyTooLarge);
        }

        var reader = request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var body = read.Buffer;
            if (body.Length > _maximum)
            {
                reader.AdvanceTo(body.End);
                return (null, OAuthError.BodyTooLarge);
            }

            if (!read.IsCompleted)
            {
                reader.AdvanceTo(body.Start, body.End);
                continue;
            }

            var pairs = Parse(body, parse!);
            reader.AdvanceTo(body.End);
            if (pairs is null)
            {
                return (null, OAuthError.BodyMalformed);
            }

            var parameters = new OAuthParameters(pairs);
            return parameters.FindRepeated() is { } name ? (null, OAuthError.Repeated(name)) : (parameters, null);
        }
    }

    private OAuthError? ChooseParser(HttpRequest request, out Parser? parser)
    {
        parser = null;
        var encoding = request.Headers.ContentEncoding;
        if (encoding.Count > 0 && !string.Equals(encoding.ToString(), "identity", StringComparison.OrdinalIgnoreCase))
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
        if (charset.Length > 0 && !charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
        {
            return OAuthError.CharsetWrong;
        }

        parser = media.MediaType.Equals(FormType, StringComparison.OrdinalIgnoreCase) ? FormBody.Parse
            : _allowJson && media.MediaType.Equals(JsonType, StringComparison.OrdinalIgnoreCase) ? JsonBody.Parse
            : null;
        return parser is null ? OAuthError.ContentTypeWrong : null;
    }

    private static List<KeyValuePair<string, string>>? Parse(ReadOnlySequence<byte> body, Parser parse)
    {
        if (body.IsSingleSegment)
        {
            return parse(body.FirstSpan);
        }

        var length = (int)body.Length;
        var rented = ArrayPool<byte>.Shared.Rent(length);
        body.CopyTo(rented);
        var pairs = parse(rented.AsSpan(0, length));

        // Tokens and secrets have been in it.
        ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        return pairs;
    }
}
