using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace RefreshTokenRotation.Identity.Tests.Support;

/// <summary>What Microsoft's MAUI and Blazor samples do: it keeps two tokens and a cookie jar.</summary>
internal sealed class Client : IDisposable
{
    public const string TenantHeader = "X-Tenant";

    /// <summary>How long a response may take. Even a loaded machine is faster; only a fault is not.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly HttpClient _http;

    public Client(Uri address) =>
        _http = new HttpClient(new SocketsHttpHandler { CookieContainer = new CookieContainer(), AllowAutoRedirect = false }) { BaseAddress = address, Timeout = Patience };

    public string AccessToken { get; set; } = string.Empty;

    public string RefreshToken { get; set; } = string.Empty;

    /// <summary>The tenant that each request is for; null for none.</summary>
    public string? Tenant { get; set; }

    public async Task LogInAsync(string email, string password) => await TakeAsync(await PostAsync("/login", new { email, password }));

    /// <summary>Refreshes, and keeps the answer if it is one.</summary>
    public async Task<HttpStatusCode> RefreshAsync(string? token = null)
    {
        using var response = await PostAsync("/refresh", new { refreshToken = token ?? RefreshToken });
        if (response.IsSuccessStatusCode)
        {
            await TakeAsync(response);
        }

        return response.StatusCode;
    }

    public Task<HttpResponseMessage> PostAsync(string path, object body) => SendAsync(HttpMethod.Post, path, JsonContent.Create(body));

    public async Task<HttpStatusCode> StatusAsync(HttpMethod method, string path)
    {
        using var response = await SendAsync(method, path);
        return response.StatusCode;
    }

    public Task<HttpStatusCode> InfoAsync() => StatusAsync(HttpMethod.Get, "/manage/info");

    public async Task<T> GetAsync<T>(string path)
    {
        using var response = await SendAsync(HttpMethod.Get, path);
        return (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<T>())!;
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (AccessToken.Length > 0)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", AccessToken);
        }

        if (Tenant is not null)
        {
            request.Headers.Add(TenantHeader, Tenant);
        }

        return await _http.SendAsync(request);
    }

    public void Dispose() => _http.Dispose();

    private async Task TakeAsync(HttpResponseMessage response)
    {
        var body = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
        AccessToken = body.GetProperty("accessToken").GetString()!;
        RefreshToken = body.GetProperty("refreshToken").GetString()!;
    }
}
