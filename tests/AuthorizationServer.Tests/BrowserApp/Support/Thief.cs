using System.Net;

namespace AuthorizationServer.Tests.BrowserApp.Support;

/// <summary>Somebody with a copy of a refresh token, and no browser.</summary>
internal sealed class Thief(string origin) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = new Uri(origin) };

    public async Task<HttpStatusCode> PresentAsync(string refreshToken, string client = "spa")
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "refresh_token",
            ["client_id"] = client,
            ["refresh_token"] = refreshToken,
        });
        using var response = await _http.PostAsync(new Uri("/oauth/token", UriKind.Relative), form);
        return response.StatusCode;
    }

    public void Dispose() => _http.Dispose();
}
