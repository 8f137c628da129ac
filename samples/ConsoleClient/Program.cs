using System.Globalization;
using ConsoleClient;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Client;

// Calls the API of samples/AuthorizationServer every few seconds. Without a session it signs in by the device flow. Kill it, start it again, start it
// several times at once: the session goes on. Arguments: the server, the folder of the session, the seconds between calls.
var server = new Uri(args.ElementAtOrDefault(0) ?? "http://localhost:5000/");
var folder = args.ElementAtOrDefault(1) ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "refresh-token-console-client");
var pause = TimeSpan.FromSeconds(double.Parse(args.ElementAtOrDefault(2) ?? "5", CultureInfo.InvariantCulture));

var services = new ServiceCollection();
services.AddRefreshTokenClient("tv", options =>
{
    options.Authority = server;
    options.ClientId = "tv";
    options.OnSessionEnded = (context, cancel) => DeviceLogIn.RunAsync(server, context, cancel);
}).UseFiles(folder).UseEncryptionKey(KeyFile.ReadOrCreate(folder));
services.AddHttpClient("api", http => http.BaseAddress = server).AddRefreshTokenHandler("tv");
await using var provider = services.BuildServiceProvider();
using var api = provider.GetRequiredService<IHttpClientFactory>().CreateClient("api");

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) =>
{
    key.Cancel = true;
    stop.Cancel();
};
while (!stop.IsCancellationRequested)
{
    try
    {
        using var response = await api.GetAsync("api/messages", stop.Token);
        Console.WriteLine($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(stop.Token)}");
        await Task.Delay(pause, stop.Token);
    }
    catch (TokenUnavailableException unavailable)
    {
        Console.WriteLine(unavailable.Message);
        if (unavailable.Result is not TokenResult.Unavailable { RetryAfter: var wait })
        {
            return 1;
        }

        await Task.Delay(wait, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
    catch (HttpRequestException outage)
    {
        Console.WriteLine($"The API is out of reach: {outage.HttpRequestError}.");
        await Task.Delay(pause, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
    catch (OperationCanceledException)
    {
        break;
    }
}

return 0;
