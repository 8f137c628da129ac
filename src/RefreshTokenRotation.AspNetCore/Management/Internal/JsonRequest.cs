using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Reads a body that must be a JSON object.</summary>
internal static class JsonRequest
{
    private const int MaxDepth = 8;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    public static async ValueTask<(JsonElement Body, ManagementAnswer? Error)> ReadAsync(HttpRequest request, int maximum, CancellationToken cancellationToken)
    {
        if (CheckHeaders(request, maximum) is { } error)
        {
            return (default, error);
        }

        try
        {
            return await ReadToEndAsync(request, maximum, cancellationToken).ConfigureAwait(false);
        }
        catch (BadHttpRequestException bad) when (bad.StatusCode is StatusCodes.Status413PayloadTooLarge or StatusCodes.Status408RequestTimeout)
        {
            // By limits of the host: of a size that is lower than ours, or of the time that a body takes.
            return (default, bad.StatusCode == StatusCodes.Status408RequestTimeout ? ManagementAnswer.BodyTooSlow : ManagementAnswer.BodyTooLarge);
        }
        catch (IOException)
        {
            return (default, ManagementAnswer.BodyMalformed);
        }
    }

    private static ManagementAnswer? CheckHeaders(HttpRequest request, int maximum)
    {
        var encoding = request.Headers.ContentEncoding;
        if (encoding.Count > 0 && !string.Equals(encoding.ToString(), "identity", StringComparison.OrdinalIgnoreCase))
        {
            return ManagementAnswer.BodyEncoded;
        }

        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var media) || !media.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
        {
            return ManagementAnswer.ContentTypeWrong;
        }

        var charset = HeaderUtilities.RemoveQuotes(media.Charset);
        return charset.Length > 0 && !charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) ? ManagementAnswer.ContentTypeWrong
            : request.ContentLength > maximum ? ManagementAnswer.BodyTooLarge
            : null;
    }

    private static async ValueTask<(JsonElement Body, ManagementAnswer? Error)> ReadToEndAsync(HttpRequest request, int maximum, CancellationToken cancellationToken)
    {
        var reader = request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var body = read.Buffer;
            if (body.Length > maximum)
            {
                reader.AdvanceTo(body.End);
                return (default, ManagementAnswer.BodyTooLarge);
            }

            if (!read.IsCompleted)
            {
                reader.AdvanceTo(body.Start, body.End);
                continue;
            }

            var parsed = Parse(body);
            reader.AdvanceTo(body.End);
            return parsed is { } element ? (element, null) : (default, ManagementAnswer.BodyMalformed);
        }
    }

    private static JsonElement? Parse(ReadOnlySequence<byte> body)
    {
        try
        {
            CheckTexts(body);
            using var document = JsonDocument.Parse(body, Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Throws at a text that is no UTF-8 or holds half a surrogate pair, so that later reading of any text succeeds.</summary>
    private static void CheckTexts(ReadOnlySequence<byte> body)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaxDepth });
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
            {
                reader.GetString();
            }
        }
    }
}
