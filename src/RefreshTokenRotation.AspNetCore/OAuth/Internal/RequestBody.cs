using System.Buffers;
using Microsoft.Net.Http.Headers;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Reads bodies to their end, within a bound.</summary>
internal static class RequestBody
{
    public static bool IsEncoded(HttpRequest request)
    {
        var encoding = request.Headers.ContentEncoding;
        return encoding.Count > 0 && !string.Equals(encoding.ToString(), "identity", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Reads a body that is one document of a certain type.</summary>
    public static ValueTask<(byte[]? Body, OAuthError? Error)> ReadDocumentAsync(
        HttpRequest request, string mediaType, int maximum, bool mustBeUtf8, CancellationToken cancellationToken)
    {
        if (IsEncoded(request))
        {
            return new((null, OAuthError.ContentEncoded));
        }

        return MediaTypeHeaderValue.TryParse(request.ContentType, out var media)
            && media.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase)
            && (!mustBeUtf8 || IsUtf8(media))
                ? ReadAsync(request, maximum, 0, static (body, _) => (body.ToArray(), (OAuthError?)null), cancellationToken)
                : new((null, OAuthError.ContentTypeWrong));
    }

    /// <summary>Reads a body, and parses it where it lies.</summary>
    public static async ValueTask<(T? Body, OAuthError? Error)> ReadAsync<TState, T>(
        HttpRequest request, int maximum, TState state, Func<ReadOnlySequence<byte>, TState, (T? Body, OAuthError? Error)> parse, CancellationToken cancellationToken)
        where T : class
    {
        if (request.ContentLength > maximum)
        {
            return (null, OAuthError.BodyTooLarge);
        }

        try
        {
            while (true)
            {
                var read = await request.BodyReader.ReadAsync(cancellationToken).ConfigureAwait(false);
                var isTooLong = read.Buffer.Length > maximum;
                if (!read.IsCompleted && !isTooLong)
                {
                    request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                    continue;
                }

                var result = isTooLong ? (null, OAuthError.BodyTooLarge) : parse(read.Buffer, state);
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return result;
            }
        }
        catch (BadHttpRequestException bad)
        {
            return (null, OAuthError.Unreadable(bad.StatusCode)); // a limit of the host on size or time
        }
        catch (IOException)
        {
            return (null, OAuthError.BodyMalformed);
        }
    }

    private static bool IsUtf8(MediaTypeHeaderValue media)
    {
        var charset = HeaderUtilities.RemoveQuotes(media.Charset);
        return charset.Length == 0 || charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase);
    }
}
