using System.Text.Json;
using RefreshTokenRotation.Client;

namespace ConsoleClient;

/// <summary>The device flow (RFC 8628): the user confirms a code in a browser, on any device.</summary>
internal static class DeviceLogIn
{
    public static async ValueTask RunAsync(Uri server, SessionEndedContext context, CancellationToken cancellationToken)
    {
        Console.WriteLine(context.Reason == SessionEndReason.NotSignedIn ? "Nobody is signed in." : $"The session has ended: {context.Reason}.");
        using var http = new HttpClient();
        using var metadata = await ReadAsync(await http.GetAsync(new Uri(server, "/.well-known/oauth-authorization-server"), cancellationToken), cancellationToken);
        using var form = new FormUrlEncodedContent([new("client_id", "tv"), new("scope", "read:messages offline_access"), new("resource", "https://api1")]);
        using var codes = await ReadAsync(await http.PostAsync(new Uri(metadata.RootElement.GetProperty("device_authorization_endpoint").GetString()!), form, cancellationToken), cancellationToken);
        var interval = TimeSpan.FromSeconds(codes.RootElement.TryGetProperty("interval", out var seconds) ? seconds.GetInt32() : 5);
        Console.WriteLine($"Open {codes.RootElement.GetProperty("verification_uri").GetString()} and enter {codes.RootElement.GetProperty("user_code").GetString()}");

        KeyValuePair<string, string>[] grant =
        [
            new("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
            new("device_code", codes.RootElement.GetProperty("device_code").GetString()!),
        ];
        while (true)
        {
            await Task.Delay(interval, cancellationToken);
            switch (await context.RedeemAsync(grant, cancellationToken))
            {
                case TokenResult.Succeeded:
                    Console.WriteLine("Signed in.");
                    return;
                case TokenResult.Refused { Error: "slow_down" }:
                    interval += TimeSpan.FromSeconds(5);
                    break;
                case TokenResult.Refused { Error: "authorization_pending" } or TokenResult.Unavailable:
                    break;
                case var result:
                    Console.WriteLine($"No log-in: {result}");
                    return;
            }
        }
    }

    private static async Task<JsonDocument> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using (response.EnsureSuccessStatusCode())
        {
            return JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        }
    }
}
