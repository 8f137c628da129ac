using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RefreshTokenRotation.Client.Harness;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Client.Tests.Support;

/// <summary>An app with a client <c>app</c> at a stub server, a stub API, a stepped clock, and all logs.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    public const string Name = "app";

    private readonly ServiceProvider _services;

    public TestApp(
        ITokenSessionStore? store = null,
        Action<RefreshTokenClientOptions>? options = null,
        Action<RefreshTokenHandlerOptions>? handler = null,
        Action<IServiceCollection>? services = null,
        Action<RefreshTokenClientBuilder>? build = null,
        StubServer? server = null,
        SteppedTime? time = null)
    {
        Store = store ?? new InMemoryTokenSessionStore();
        Server = server ?? new StubServer();
        Time = time ?? new SteppedTime();
        var collection = new ServiceCollection();
        collection.AddSingleton<TimeProvider>(Time);
        collection.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Logs));
        services?.Invoke(collection);
        var builder = collection.AddRefreshTokenClient(Name, configured =>
        {
            configured.TokenEndpoint = new Uri("https://login.example/token");
            configured.ClientId = "app";
            options?.Invoke(configured);
        });
        builder.UseStore(_ => Store);
        builder.ServerHttp.ConfigurePrimaryHttpMessageHandler(() => Server);
        build?.Invoke(builder);
        collection.AddHttpClient("api", static http => http.BaseAddress = new Uri("https://api.example/"))
            .ConfigurePrimaryHttpMessageHandler(() => Api)
            .AddRefreshTokenHandler(Name, handler);
        _services = collection.BuildServiceProvider();
        Client = _services.GetRequiredKeyedService<RefreshTokenClient>(Name);
        Http = _services.GetRequiredService<IHttpClientFactory>().CreateClient("api");
    }

    public RefreshTokenClient Client { get; }

    public HttpClient Http { get; }

    public IServiceProvider Services => _services;

    public StubServer Server { get; }

    public StubApi Api { get; } = new();

    public SteppedTime Time { get; }

    public LogCapture Logs { get; } = new();

    public ITokenSessionStore Store { get; }

    public Task SignInAsync(string refreshToken = "rt-1", string? accessToken = null, string? session = null, TimeSpan? expiresIn = null) =>
        Client.SignInAsync(new TokenSet { RefreshToken = refreshToken, AccessToken = accessToken, ExpiresIn = expiresIn }, session);

    /// <summary>The access token, or a failure of the test.</summary>
    public async Task<string> TokenAsync(TokenTarget target = default, string? session = null) =>
        (await Client.GetTokenAsync(target, session)).Should().BeOfType<TokenResult.Succeeded>().Which.Token.Reveal();

    /// <summary>The stored refresh token; null if there is no session. For stores without encryption.</summary>
    public async Task<string?> StoredAsync(string session = TokenSessionKey.DefaultSessionId) =>
        await Store.LoadAsync(new TokenSessionKey(Name, session), CancellationToken.None) is { } record ? SessionData.Parse(record.Data.ToArray()).RefreshToken : null;

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _services.DisposeAsync();
    }
}
