using System.Collections.Concurrent;
using System.Net;

namespace RefreshTokenRotation.Client.Tests.Support;

/// <summary>A protected API in the process, which accepts the tokens that a test says.</summary>
internal sealed class StubApi : HttpMessageHandler
{
    public ConcurrentQueue<(string? Token, string Body)> Requests { get; } = [];

    public Func<string?, bool> Accepts { get; set; } = static token => token is not null;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? string.Empty : await request.Content.ReadAsStringAsync(cancellationToken);
        var token = request.Headers.Authorization?.Parameter;
        Requests.Enqueue((token, body));
        return new HttpResponseMessage(Accepts(token) ? HttpStatusCode.OK : HttpStatusCode.Unauthorized) { Content = new StringContent(token ?? "none") };
    }
}
