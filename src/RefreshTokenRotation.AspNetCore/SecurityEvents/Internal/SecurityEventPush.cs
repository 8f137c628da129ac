using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Pushes the events of the queue, one after the other, until the receiver takes or refuses each (RFC 8935 section 2).</summary>
internal sealed class SecurityEventPush(
    SecurityEventQueue queue, IHttpClientFactory clients, TimeProvider time, EndpointMetrics metrics, ILogger<SecurityEventPush> logger, IOptions<SecurityEventPushOptions> options)
    : BackgroundService
{
    private readonly SecurityEventPushOptions _options = options.Value;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = TimeSpan.Zero;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(pause, time, stoppingToken).ConfigureAwait(false);
                if (await queue.PeekAsync(stoppingToken).ConfigureAwait(false) is { } name)
                {
                    await SendAsync(name, stoppingToken).ConfigureAwait(false);
                    queue.Remove(name);
                }

                pause = TimeSpan.Zero;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return; // what waits is sent after the next start
            }
            catch (Exception fault)
            {
                if (pause == TimeSpan.Zero)
                {
                    logger.SecurityEventsWait(fault);
                }

                pause = pause == TimeSpan.Zero ? _options.RetryAfter
                    : pause * 2 < SecurityEventPushOptions.LongestRetry ? pause * 2
                    : SecurityEventPushOptions.LongestRetry;
            }
        }
    }

    /// <summary>Returns when the receiver has decided; any other end throws.</summary>
    private async Task SendAsync(string name, CancellationToken cancellationToken)
    {
        if (queue.Read(name) is not { } token)
        {
            return;
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, _options.Endpoint)
        {
            Content = new StringContent(token, Encoding.ASCII) { Headers = { ContentType = new("application/secevent+jwt") } },
            Headers = { Accept = { new("application/json") } },
        };
        request.Headers.Authorization = _options.Authorization is { } authorization ? AuthenticationHeaderValue.Parse(authorization) : null;
        using var response = await clients.CreateClient(SecurityEventsRefreshTokenRotationBuilderExtensions.PushClientName)
            .SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.BadRequest)
        {
            var body = CompactJws.ParseObject(await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));
            var code = body is { } answer && CompactJws.Text(answer, "err") is { } error && TextForm.IsScope(error) ? error : "unknown";
            if (code is "authentication_failed" or "access_denied" or "invalid_key")
            {
                // The sender or its keys are at fault, not the event: it goes once that is mended (RFC 8935 section 2.4).
                throw new HttpRequestException($"The receiver returned 400, {code}.", null, response.StatusCode);
            }

            logger.SecurityEventRefused(name, code);
            metrics.SecurityEventLost("refused");
        }
        else if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException($"The receiver returned {(int)response.StatusCode}.", null, response.StatusCode);
        }
    }
}
