using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.Client.Harness;

/// <summary>One of several processes that share a session. Each line of its input names the access tokens that have ended, and makes it send requests at once.</summary>
internal static class Worker
{
    /// <summary>The line that makes it begin anew with what is stored.</summary>
    public const string Reload = "reload";

    public static Task RunAsync(string kind, Uri server, string folder, byte[] key) => RunAsync(() => CreateAsync(kind, server, folder, key));

    public static async Task RunAsync(Func<Task<IRequests>> createAsync)
    {
        var requests = await createAsync();
        while (await Console.In.ReadLineAsync() is { } line)
        {
            if (line == Reload)
            {
                await requests.DisposeAsync();
                requests = await createAsync();
                Console.WriteLine("0");
                continue;
            }

            var words = line.Split(' ');
            LocalApi.Expire(long.Parse(words[1], CultureInfo.InvariantCulture));
            var count = int.Parse(words[0], CultureInfo.InvariantCulture);
            var answers = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => Task.Run(requests.SendAsync)));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{answers.Count(static ok => ok)}"));
        }

        await requests.DisposeAsync();
    }

    private static async Task<IRequests> CreateAsync(string kind, Uri server, string folder, byte[] key) => kind switch
    {
        ProcessesRun.Duende => await DuendeRequests.CreateAsync(server, folder),
        ProcessesRun.Mcp => await McpRequests.CreateAsync(server, folder),
        _ => new OurRequests(server, folder, key),
    };

    internal interface IRequests : IAsyncDisposable
    {
        Task<bool> SendAsync();
    }

    private sealed class OurRequests(Uri server, string folder, byte[] key) : IRequests
    {
        private readonly AppClient _app = AppClient.Create(
            server, folder, key, change: static services => services.AddHttpClient("api").ConfigurePrimaryHttpMessageHandler(static () => new LocalApi()));

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
