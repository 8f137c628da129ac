using System.Globalization;
using System.Net;

namespace RefreshTokenRotation.Client.Harness;

/// <summary>An API in the worker's own process: what is tested is the refresh, and 800 calls per expiry over the loopback would cost more than all else.</summary>
internal sealed class LocalApi : HttpMessageHandler
{
    private static long _floor;

    /// <summary>From now on it refuses the tokens <c>at-1</c> to <c>at-floor</c>.</summary>
    public static void Expire(long floor) => Interlocked.Exchange(ref _floor, floor);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await Task.Yield();
        var isGood = request.Headers.Authorization is { Scheme: "Bearer", Parameter: { } token } && token.StartsWith("at-", StringComparison.Ordinal)
            && long.TryParse(token.AsSpan(3), CultureInfo.InvariantCulture, out var number) && number > Interlocked.Read(ref _floor);
        var response = new HttpResponseMessage(isGood ? HttpStatusCode.OK : HttpStatusCode.Unauthorized) { RequestMessage = request };
        if (!isGood)
        {
            response.Headers.WwwAuthenticate.Add(new("Bearer", "error=\"invalid_token\""));
        }

        return response;
    }
}
