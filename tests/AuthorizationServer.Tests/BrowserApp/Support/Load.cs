using System.Net.Http.Json;
using System.Text.Json;
using RefreshTokenRotation.Tests.Support;

namespace AuthorizationServer.Tests.BrowserApp.Support;

/// <summary>Devices that exchange their refresh tokens as fast as the server answers, to keep it busy.</summary>
internal sealed class Load : IDisposable
{
    private const int Devices = 8;

    private readonly HttpClient _http;
    private readonly string[] _tokens = new string[Devices];
    private readonly SemaphoreSlim _exchanges = new(0);

    public Load(string origin) => _http = new HttpClient { BaseAddress = new Uri(origin) };

    /// <summary>Signs the devices in.</summary>
    public async Task BeginAsync()
    {
        for (var i = 0; i < Devices; i++)
        {
            _tokens[i] = await SendAsync(("grant_type", "password"), ("username", "bob"), ("password", "pw"), ("scope", "openid offline_access"));
        }
    }

    /// <summary>Lets every device exchange until the server is gone.</summary>
    public Task RunAsync() => Task.WhenAll(Enumerable.Range(0, Devices).Select(RunAsync));

    /// <summary>Returns when so many exchanges more have been answered.</summary>
    public async Task AnsweredAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            (await _exchanges.WaitAsync(Eventually.Patience)).Should().BeTrue("the server answers");
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _exchanges.Dispose();
    }

    private async Task RunAsync(int device)
    {
        try
        {
            while (true)
            {
                _tokens[device] = await ExchangeAsync(_tokens[device]);
                _exchanges.Release();
            }
        }
        catch (HttpRequestException error) when (error.StatusCode is null)
        {
            // The connection broke: the server is gone, and so is what it may have answered.
        }
    }

    private Task<string> ExchangeAsync(string token) => SendAsync(("grant_type", "refresh_token"), ("refresh_token", token));

    private async Task<string> SendAsync(params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(
            fields.Append(("client_id", "legacy-leeway")).Select(field => new KeyValuePair<string, string>(field.Item1, field.Item2)));
        using var response = await _http.PostAsync(new Uri("/oauth/token", UriKind.Relative), form);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("refresh_token").GetString()!;
    }
}
