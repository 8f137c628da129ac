using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Client;

namespace RefreshTokenRotation.Benchmarks;

/// <summary>What the client's handler adds to a request whose access token is fresh: the same request through the bare inner handler, in turn.</summary>
internal static class ClientReport
{
    public static async Task RunAsync(bool quick)
    {
        var services = new ServiceCollection();
        services.AddRefreshTokenClient("api", options => (options.ClientId, options.TokenEndpoint) = ("app", new Uri("https://login.example/token")));
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredKeyedService<RefreshTokenClient>("api");
        await client.SignInAsync(new TokenSet { RefreshToken = "rt", AccessToken = new string('a', 800), ExpiresIn = TimeSpan.FromDays(1) });

        Console.WriteLine($"{"inner handler",-14} {"bare ns",9} {"bare B",8} {"added ns",9} {"added B",8}");
        foreach (var isAsync in (bool[])[false, true])
        {
            using var bare = new HttpMessageInvoker(new Inner(isAsync));
            using var handled = new HttpMessageInvoker(new RefreshTokenHandler(client, new RefreshTokenHandlerOptions()) { InnerHandler = new Inner(isAsync) });
            List<(double Nanoseconds, double Bytes)> floors = [], added = [];
            for (var round = -2; round < (quick ? 5 : 15); round++)
            {
                var floor = await MeasureAsync(bare, quick ? 20_000 : 100_000);
                var with = await MeasureAsync(handled, quick ? 20_000 : 100_000);
                if (round >= 0)
                {
                    floors.Add(floor);
                    added.Add((with.Nanoseconds - floor.Nanoseconds, with.Bytes - floor.Bytes));
                }
            }

            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{(isAsync ? "asynchronous" : "synchronous"),-14} {Median(floors, 0),9:F0} {Median(floors, 1),8:F0} {Median(added, 0),9:F0} {Median(added, 1),8:F0}"));
        }

        static double Median(List<(double Nanoseconds, double Bytes)> values, int part) =>
            values.Select(value => part == 0 ? value.Nanoseconds : value.Bytes).Order().ElementAt(values.Count / 2);
    }

    private static async Task<(double Nanoseconds, double Bytes)> MeasureAsync(HttpMessageInvoker invoker, int requests)
    {
        var address = new Uri("https://api.example/thing");
        var (bytes, start) = (GC.GetTotalAllocatedBytes(precise: true), Stopwatch.GetTimestamp());
        for (var i = 0; i < requests; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            using var response = await invoker.SendAsync(request, CancellationToken.None);
        }

        return (Stopwatch.GetElapsedTime(start).TotalNanoseconds / requests, (GC.GetTotalAllocatedBytes(precise: true) - bytes) / (double)requests);
    }

    // Over a network a request completes asynchronously, and the handler's state machine moves to the heap.
    private sealed class Inner(bool isAsync) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (isAsync)
            {
                await Task.Yield();
            }

            return new HttpResponseMessage(HttpStatusCode.OK);
        }
    }
}
