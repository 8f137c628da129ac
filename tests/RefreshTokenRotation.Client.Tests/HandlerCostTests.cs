using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.Client.Tests;

/// <summary>What the handler adds to a request whose access token is fresh. The benchmark measures the time; the bytes are the same on every machine.</summary>
[TestFixture]
internal sealed class HandlerCostTests
{
#if DEBUG
    private const int Limit = 700; // state machines are classes there
#else
    private const int Limit = 500;
#endif

    [Test]
    public async Task Fresh_token_costs_at_most_500_bytes()
    {
        var services = new ServiceCollection();
        services.AddRefreshTokenClient("api", static options => (options.ClientId, options.TokenEndpoint) = ("app", new Uri("https://login.example/token")));
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredKeyedService<RefreshTokenClient>("api");
        await client.SignInAsync(new TokenSet { RefreshToken = "rt", AccessToken = new string('a', 800), ExpiresIn = TimeSpan.FromDays(1) });
        using var inner = new Pending();
        using var bare = new HttpMessageInvoker(inner, disposeHandler: false);
        using var handled = new HttpMessageInvoker(new RefreshTokenHandler(client, new RefreshTokenHandlerOptions()) { InnerHandler = inner });

        // The tiers of the compiler change what is allocated: the best of several rounds counts. On the pool, where no context keeps an answer from running on.
        var added = await Task.Run(() => Enumerable.Range(0, 10).Min(_ => BytesOf(handled, inner) - BytesOf(bare, inner)));

        TestContext.Out.WriteLine($"{added} bytes");
        added.Should().BeInRange(1, Limit);
    }

    private static long BytesOf(HttpMessageInvoker invoker, Pending inner)
    {
        const int Requests = 500;
        var address = new Uri("https://api.example/thing");
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Requests; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            var sending = invoker.SendAsync(request, CancellationToken.None);
            inner.Answer();
            if (!sending.IsCompletedSuccessfully)
            {
                throw new InvalidOperationException("The answer did not run on at once.");
            }
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before) / Requests;
    }

    // Completes later, as over a network, and on the same thread, whose allocations are counted.
    private sealed class Pending : HttpMessageHandler
    {
        private TaskCompletionSource<HttpResponseMessage> _answer = new();

        public void Answer()
        {
            var answer = _answer;
            _answer = new TaskCompletionSource<HttpResponseMessage>();
            answer.SetResult(new HttpResponseMessage(HttpStatusCode.OK));
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => _answer.Task;
    }
}
