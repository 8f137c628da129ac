using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Reads a body that is one document of a certain type.</summary>
internal static class DocumentBody
{
    public static async ValueTask<(byte[] Body, OAuthError? Error)> ReadAsync(
        HttpRequest request, string mediaType, int maximum, CancellationToken cancellationToken)
    {
        var encoding = request.Headers.ContentEncoding;
        if (encoding.Count > 0 && !string.Equals(encoding.ToString(), "identity", StringComparison.OrdinalIgnoreCase))
        {
            return ([], OAuthError.ContentEncoded);
        }

        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var media) || !media.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase))
        {
            return ([], OAuthError.ContentTypeWrong);
        }

        if (request.ContentLength > maximum)
        {
            return ([], OAuthError.BodyTooLarge);
        }

        try
        {
            return await ReadAsync(request, maximum, cancellationToken).ConfigureAwait(false) is { } body ? (body, null) : ([], OAuthError.BodyTooLarge);
        }
        catch (BadHttpRequestException bad)
        {
            return ([], OAuthError.Unreadable(bad.StatusCode)); // a limit of the host on size or time
        }
        catch (IOException)
        {
            return ([], OAuthError.BodyMalformed);
        }
    }

    /// <summary>Null if it is longer than the maximum.</summary>
    private static async ValueTask<byte[]?> ReadAsync(HttpRequest request, int maximum, CancellationToken cancellationToken)
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

            var body = isTooLong ? null : read.Buffer.ToArray();
            request.BodyReader.AdvanceTo(read.Buffer.End);
            return body;
        }
    }
}
