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
        catch (BadHttpRequestException bad) when (bad.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return (default, ManagementAnswer.BodyTooLarge); // by a limit of the host that is lower than ours
        }
        catch (BadHttpRequestException bad) when (bad.StatusCode == StatusCodes.Status408RequestTimeout)
        {
            return (default, ManagementAnswer.BodyTooSlow);
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

/// <summary>Reads the members of an object. It keeps the first thing that is wrong: look at <see cref="Error"/> when everything has been read.</summary>
internal sealed class JsonMembers
{
    private readonly JsonElement _object;

    public JsonMembers(JsonElement value, params ReadOnlySpan<string> known)
    {
        _object = value;
        foreach (var member in value.EnumerateObject())
        {
            if (!known.Contains(member.Name))
            {
                Fail($"The member '{Texts.Shown(member.Name)}' is unknown; known are {string.Join(", ", known!)}.");
            }
        }
    }

    public string? Error { get; private set; }

    public bool Has(string name) => _object.TryGetProperty(name, out _);

    public bool TryGet(string name, out JsonElement value) => _object.TryGetProperty(name, out value);

    /// <summary>A text, or null if it is not there.</summary>
    public string? Text(string name, int maxLength = RequestLimits.IdentifierLength)
    {
        if (!_object.TryGetProperty(name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String && value.GetString() is { } text && Texts.IsFit(text, maxLength))
        {
            return text;
        }

        Fail($"{name} {Texts.Bound(maxLength)}.");
        return null;
    }

    public void Fail(string message) => Error ??= message;
}

/// <summary>The id of a refresh token, and of a device credential, is its family's: it stays through rotations.</summary>
internal static class FamilyIds
{
    public const string Malformed = "must be the id of a refresh token: 32 hexadecimal digits";

    public static bool TryParse(string? text, out Guid id) => Guid.TryParseExact(text, "N", out id) || Guid.TryParseExact(text, "D", out id);

    public static string Write(Guid id) => id.ToString("N");
}
