using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using RefreshTokenRotation.AspNetCore;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Client.Harness;

/// <summary>The sample in a process of its own, with a client for each preset, and an API of this process that asks the sample about each access token.</summary>
internal sealed class AgentsServer : IAsyncDisposable
{
    public static readonly string[] Presets = ["Strict", "Spa", "Agents"];

    public static readonly TimeSpan AccessTokenLifetime = TimeSpan.FromMinutes(30);

    private const string ApiClient = "agents-api";
    private const string ApiSecret = "only for this run";
    private const string Protected = "/.well-known/oauth-protected-resource";

    private readonly HttpClient _http = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("agents-server-");
    private WebApplication _api = null!;
    private ServerProcess _sample = null!;

    private AgentsServer() => Clock = new SharedClock(Path.Combine(_folder.FullName, "clock"));

    public SharedClock Clock { get; }

    public Uri Api { get; private set; } = null!;

    public Uri Issuer => new(_sample.Origin + "/");

    public static string ClientId(string preset) => $"agent-{preset}";

    public static async Task<AgentsServer> StartAsync()
    {
        var server = new AgentsServer();
        try
        {
            server.Clock.Set(new DateTimeOffset(2026, 12, 1, 8, 0, 0, TimeSpan.Zero));
            await server.StartApiAsync();
            server._sample = await ServerProcess.StartAsync("Development", FreePort.Take(), server.Arguments(), SharedClockStartup.Variables(Path.Combine(server._folder.FullName, "clock")));
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Logs the user in.</summary>
    /// <returns>The response with the tokens.</returns>
    public async Task<string> LogInAsync(string clientId)
    {
        using var form = new FormUrlEncodedContent(
            [new("grant_type", "password"), new("client_id", clientId), new("username", "alice"), new("password", "pw"), new("scope", "offline_access use")]);
        using var response = await _http.PostAsync(new Uri(Issuer, "/oauth/token"), form);
        return await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
    }

    /// <summary>What the sample has counted so far.</summary>
    public async Task<(long Exchanges, long Reuses)> CountAsync()
    {
        var lines = (await _http.GetStringAsync(new Uri(Issuer, "/metrics"))).Split('\n');
        return (Sum("refresh_token_rotation_exchanges_total{"), Sum("refresh_token_rotation_reuses_total{"));

        long Sum(string series) => lines.Where(line => line.StartsWith(series, StringComparison.Ordinal))
            .Sum(static line => (long)double.Parse(line[(line.LastIndexOf('}') + 2)..].Split(' ')[0], CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        await (_sample?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_api?.DisposeAsync() ?? ValueTask.CompletedTask);
        _http.Dispose();
        Clock.Dispose();
        _folder.Delete(recursive: true);
    }

    private string[] Arguments() =>
    [
        // Its limits go by real time, which days of this clock outrun, and which a busy machine stretches.
        "--store", "memory", "--AttemptsPerMinute", "1000000", "--ExchangeTimeLimit", "00:05:00", "--Logging:LogLevel:Default", "Warning",
        "--Apis:50:Audience", Resource, "--Apis:50:AllowOfflineAccess", "true", "--Apis:50:Scopes:0", "use", "--Apis:50:AccessTokenLifetime", AccessTokenLifetime.ToString(),
        $"--Clients:{ApiClient}:SecretHash", ClientSecret.Hash(ApiSecret), $"--Clients:{ApiClient}:AllowIntrospection", "true", $"--Clients:{ApiClient}:DefaultAudience", Resource,
        .. Presets.SelectMany(preset => (string[])
        [
            $"--Clients:{ClientId(preset)}:GrantTypes:0", "password", $"--Clients:{ClientId(preset)}:GrantTypes:1", "refresh_token",
            $"--Clients:{ClientId(preset)}:DefaultAudience", Resource, $"--Clients:{ClientId(preset)}:Preset", preset,
        ]),
    ];

    private string Resource => new Uri(Api, McpEcho.Path).AbsoluteUri;

    private async Task StartApiAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        McpEcho.Add(builder.Services);
        _api = builder.Build();
        _api.Urls.Add("http://127.0.0.1:0");
        _api.MapGet($"{Protected}/{{**rest}}", () => new Dictionary<string, object> { ["resource"] = Resource, ["authorization_servers"] = new[] { Issuer.AbsoluteUri } });
        _api.Map("/api/{**rest}", async (HttpContext context) =>
            context.Response.StatusCode = context.Request.Headers.Authorization is [['B', 'e', 'a', 'r', 'e', 'r', ' ', .. var token]] && await IsGoodAsync(token) ? 200 : 401);
        McpEcho.Map(_api, IsGoodAsync);
        await _api.StartAsync();
        Api = new Uri(_api.Urls.Single());
    }

    private async ValueTask<bool> IsGoodAsync(string accessToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Issuer, "/oauth/introspect"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ApiClient}:{Uri.EscapeDataString(ApiSecret)}")));
        request.Content = new FormUrlEncodedContent([new("token", accessToken)]);
        using var response = await _http.SendAsync(request);
        using var answer = JsonDocument.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync());
        return answer.RootElement.GetProperty("active").GetBoolean();
    }
}
