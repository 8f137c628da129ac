using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Sends public, cacheable documents, metadata and public keys, which scripts of any origin may read.</summary>
internal sealed class PublicDocument(
    ServerMetadata metadata, OAuthAnswer answers, ILogger<PublicDocument> logger, IJsonWebKeySetSource? keys = null)
{
    // Clients must soon notice a key that is withdrawn, or used earlier than planned.
    private const string MetadataCaching = "public, max-age=3600";
    private const string KeysCaching = "public, max-age=300";

    public Task SendMetadataAsync(HttpContext context) => SendAsync(context, "application/json", MetadataCaching, metadata.CreateAsync);

    public Task SendKeysAsync(HttpContext context) => SendAsync(
        context,
        "application/jwk-set+json",
        KeysCaching,
        async (_, cancellationToken) => Encoding.UTF8.GetBytes(await keys!.GetJsonWebKeySetAsync(cancellationToken).ConfigureAwait(false)));

    public static Task AnswerOptionsAsync(HttpContext context)
    {
        CrossOrigin.AnswerPreflight(context, "GET, HEAD");
        return Task.CompletedTask;
    }

    private async Task SendAsync(
        HttpContext context, string contentType, string caching, Func<HttpContext, CancellationToken, ValueTask<byte[]>> create)
    {
        byte[] body;
        try
        {
            body = await create(context, context.RequestAborted).ConfigureAwait(false);
        }
        catch (Exception fault) when (!context.RequestAborted.IsCancellationRequested)
        {
            logger.RequestFailed(fault, OAuthPipeline.RouteOf(context));
            CrossOrigin.AdmitAny(context);
            await answers.SendAsync(context, OAuthError.Unavailable).ConfigureAwait(false);
            return;
        }

        var (request, response) = (context.Request, context.Response);
        var tag = $"\"{Base64Url.EncodeToString(SHA256.HashData(body).AsSpan(0, 16))}\"";
        response.Headers.ETag = tag;
        response.Headers.CacheControl = caching;
        response.Headers.AccessControlAllowOrigin = "*";
        if (Matches(request.Headers.IfNoneMatch, tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = contentType;
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(request.Method))
        {
            await response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
        }
    }

    private static bool Matches(Microsoft.Extensions.Primitives.StringValues header, string tag) =>
        EntityTagHeaderValue.TryParseList(header, out var known)
        && known.Any(value => value.Equals(EntityTagHeaderValue.Any) || value.Compare(new EntityTagHeaderValue(tag), useStrongComparison: false));
}
