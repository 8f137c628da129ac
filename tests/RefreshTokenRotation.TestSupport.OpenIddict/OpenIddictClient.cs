using System.Buffers.Text;
using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace RefreshTokenRotation.TestSupport.OpenIddict;

/// <summary>What a client of the server does, over HTTP.</summary>
internal sealed class OpenIddictClient(Uri server) : IDisposable
{
    public const string Spa = "spa";
    public const string OtherSpa = "other-spa";
    public const string ConfidentialClient = "web";
    public const string ClientSecret = "web-secret-web-secret";
    public const string CustomGrant = "urn:example:custom";
    public const string RedirectUri = "https://app.example.org/callback";
    public const string Scope = "openid offline_access profile api";

    /// <summary>What the confidential client authenticates with.</summary>
    public static readonly (string Name, string Value)[] Web = [("client_id", ConfidentialClient), ("client_secret", ClientSecret)];

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = server };

    public async Task<Answer> PostAsync(string path, params (string Name, string Value)[] fields)
    {
        using var content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var response = await _http.PostAsync(new Uri(path, UriKind.Relative), content);
        var text = await response.Content.ReadAsStringAsync();
        return new Answer(response.StatusCode, text.Length > 0 && text[0] == '{' ? JsonDocument.Parse(text).RootElement : default);
    }

    public Task<Answer> LogInAsync(string user = "alice", string client = Spa, string scope = Scope) =>
        PostAsync("/connect/token", ("grant_type", "password"), ("client_id", client), ("username", user), ("password", "secret"), ("scope", scope));

    public Task<Answer> RefreshAsync(string token, string client = Spa) =>
        PostAsync("/connect/token", ("grant_type", "refresh_token"), ("client_id", client), ("refresh_token", token));

    public Task<Answer> IntrospectAsync(string token) =>
        PostAsync("/connect/introspect", [.. Web, ("token", token)]);

    public Task<Answer> RevokeAsync(string token, string client = Spa) => PostAsync("/connect/revoke", ("client_id", client), ("token", token));

    /// <summary>Authorization code with PKCE.</summary>
    public async Task<Answer> LogInByCodeAsync()
    {
        var (code, verifier) = await GetCodeAsync();
        return await RedeemAsync(code, verifier);
    }

    public Task<Answer> RedeemAsync(string code, string verifier) => PostAsync(
        "/connect/token", ("grant_type", "authorization_code"), ("client_id", Spa), ("code", code), ("redirect_uri", RedirectUri), ("code_verifier", verifier));

    public async Task<(string Code, string Verifier)> GetCodeAsync()
    {
        var verifier = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        var uri = QueryHelpers.AddQueryString("/connect/authorize", new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = Spa,
            ["redirect_uri"] = RedirectUri,
            ["scope"] = Scope,
            ["code_challenge"] = challenge,
            ["code_challenge_method"] = "S256",
            ["state"] = "s",
        });
        using var response = await _http.GetAsync(new Uri(uri, UriKind.Relative));
        Expect(response.StatusCode == HttpStatusCode.Redirect);
        return (QueryHelpers.ParseQuery(response.Headers.Location!.Query)["code"].ToString(), verifier);
    }

    /// <summary>Device authorization: the device polls, the user confirms, the device polls again.</summary>
    public async Task<Answer> LogInByDeviceAsync()
    {
        var start = await PostAsync("/connect/device", ("client_id", Spa), ("scope", Scope));
        Expect(start.IsOk);
        var device = start.Text("device_code");
        (string, string)[] poll = [("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("client_id", Spa), ("device_code", device)];
        Expect((await PostAsync("/connect/token", poll)).Text("error") == "authorization_pending");
        using var confirmed = await _http.PostAsync(
            new Uri("/connect/verify", UriKind.Relative), new FormUrlEncodedContent([KeyValuePair.Create("user_code", start.Text("user_code"))]));
        Expect(confirmed.IsSuccessStatusCode);
        return await PostAsync("/connect/token", poll);
    }

    /// <summary>A grant of the host's own.</summary>
    public Task<Answer> LogInByCustomGrantAsync() => PostAsync("/connect/token", ("grant_type", CustomGrant), ("client_id", Spa), ("scope", Scope));

    /// <summary>Token exchange (RFC 8693): an access token for tokens of one's own.</summary>
    public async Task<Answer> LogInByTokenExchangeAsync() => await PostAsync(
        "/connect/token",
        ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
        ("client_id", Spa),
        ("subject_token", (await LogInAsync()).AccessToken),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"),
        ("scope", Scope));

    public void Dispose() => _http.Dispose();

    private static void Expect(bool holds, [CallerArgumentExpression(nameof(holds))] string? what = null)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"Not so: {what}.");
        }
    }
}

/// <summary>An answer of the server.</summary>
internal readonly record struct Answer(HttpStatusCode Status, JsonElement Json)
{
    public bool IsOk => Status == HttpStatusCode.OK;

    public string RefreshToken => Text("refresh_token");

    public string AccessToken => Text("access_token");

    public string Text(string name) => Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty(name, out var value) ? value.ToString() : string.Empty;
}
