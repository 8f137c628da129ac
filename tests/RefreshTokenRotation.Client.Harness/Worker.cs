using System.Globalization;
using System.Net;

namespace RefreshTokenRotation.Client.Harness;

/// <summary>One of several processes that share a session. Each line of its input makes it send so many requests at once.</summary>
internal static class Worker
{
    public static async Task RunAsync(string kind, Uri server, string folder, byte[] key)
    {
        await using var requests = kind switch
        {
            "duende" => (IRequests)await DuendeRequests.CreateAsync(server, folder),
            _ => new OurRequests(server, folder, key),
        };
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var count = int.Parse(line, CultureInfo.InvariantCulture);
            var answers = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => Task.Run(requests.SendAsync)));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{answers.Count(static ok => ok)}"));
        }
    }

    internal interface IRequests : IAsyncDisposable
    {
        Task<bool> SendAsync();
    }

    private sealed class OurRequests(Uri server, string folder, byte[] key) : IRequests
    {
        private readonly AppClient _app = AppClient.Create(server, folder, key);

        public async Task<bool> SendAsync()
        {
            try
            {
                using var response = await _app.Http.GetAsync("thing");
                return response.StatusCode == HttpStatusCode.OK;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }

        public ValueTask DisposeAsync() => _app.DisposeAsync();
    }
}
