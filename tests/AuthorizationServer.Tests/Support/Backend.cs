using System.Net.Http.Headers;
using System.Text;

namespace AuthorizationServer.Tests.Support;

/// <summary>The calls of a client that no browser makes: to the token endpoint and to those beside it, and with an access token.</summary>
internal sealed class Backend(string origin) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = new Uri(origin) };

    public Task<Reply> TokenAsync(params (string Name, string? Value)[] form) => PostAsync("/oauth/token", form);

    public Task<Reply> RefreshAsync(string client, string refreshToken, params (string Name, string? Value)[] more) =>
        TokenAsync([("grant_type", "refresh_token"), ("client_id", client), ("refresh_token", refreshToken), .. more]);

    public Task<Reply> PasswordAsync(string client = "legacy", string user = "alice", string password = "pw", string scope = "openid offline_access read:messages") =>
        TokenAsync(("grant_type", "password"), ("client_id", client), ("username", user), ("password", password), ("scope", scope));

    /// <summary>A whole code flow with a browser of its own, up to the tokens.</summary>
    public async Task<Reply> CodeFlowAsync(CodeRequest request, string user = "alice")
    {
        using var browser = new Browser(origin);
        var answer = await browser.AuthorizeAsync(request, user);
        return await TokenAsync(request.Redemption(answer.Callback["code"]));
    }

    public Task<Reply> PostAsync(string path, params (string Name, string? Value)[] form) => SendAsync(path, null, form);

    /// <summary>A call of a client that authenticates by Basic.</summary>
    public Task<Reply> PostAsAsync(string id, string secret, string path, params (string Name, string? Value)[] form) => SendAsync(path, (id, secret), form);

    public async Task<Reply> GetAsync(string path, string? accessToken = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = accessToken is null ? null : new AuthenticationHeaderValue("Bearer", accessToken);
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        using var response = await _http.SendAsync(request);
        return await Reply.ReadAsync(response);
    }

    public void Dispose() => _http.Dispose();

    private async Task<Reply> SendAsync(string path, (string Id, string Secret)? basic, (string Name, string? Value)[] form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Content = new FormUrlEncodedContent(form.Where(pair => pair.Value is not null).Select(pair => KeyValuePair.Create(pair.Name, pair.Value!)));
        if (basic is var (id, secret))
        {
            request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{id}:{secret}")));
        }

        using var response = await _http.SendAsync(request);
        return await Reply.ReadAsync(response);
    }
}
