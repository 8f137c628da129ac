using System.Net.Http.Json;
using System.Text.Json;

namespace AuthorizationServer.Tests.Operator.Support;

/// <summary>A device that a user has signed in on, and that says of itself what it likes.</summary>
internal sealed class Device : IDisposable
{
    private readonly HttpClient _http;
    private readonly string _client;

    private Device(HttpClient http, string client)
    {
        _http = http;
        _client = client;
    }

    public string RefreshToken { get; private set; } = string.Empty;

    public static async Task<Device> SignInAsync(string origin, string user, string userAgent = "Test/1.0", string client = "legacy")
    {
        var http = new HttpClient { BaseAddress = new Uri(origin) };
        http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", userAgent);
        var device = new Device(http, client);
        var answer = await device.SendAsync(
            ("grant_type", "password"), ("username", user), ("password", "pw"), ("scope", "openid offline_access read:messages"));
        device.RefreshToken = answer.GetProperty("refresh_token").GetString()!;
        return device;
    }

    /// <summary>Exchanges a token, the current one unless another is given.</summary>
    /// <returns>The next one; the error's code if it was refused.</returns>
    public async Task<string> ExchangeAsync(string? token = null)
    {
        var answer = await SendAsync(("grant_type", "refresh_token"), ("refresh_token", token ?? RefreshToken));
        if (answer.TryGetProperty("error", out var error))
        {
            return error.GetString()!;
        }

        return RefreshToken = answer.GetProperty("refresh_token").GetString()!;
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonElement> SendAsync(params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Append(("client_id", _client)).Select(field => KeyValuePair.Create(field.Item1, field.Item2)));
        using var response = await _http.PostAsync(new Uri("/oauth/token", UriKind.Relative), form);
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }
}
