using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.Client.Harness;

/// <summary>An app as a user of the package writes it: sessions in files, an HTTP client for the API.</summary>
internal sealed class AppClient : IAsyncDisposable
{
    public const string Name = "app";

    private readonly ServiceProvider _services;

    private AppClient(ServiceProvider services)
    {
        _services = services;
        Client = services.GetRequiredKeyedService<RefreshTokenClient>(Name);
        Http = services.GetRequiredService<IHttpClientFactory>().CreateClient("api");
    }

    public RefreshTokenClient Client { get; }

    public HttpClient Http { get; }

    public static AppClient Create(
        Uri server, string folder, byte[] key, Action<RefreshTokenClientOptions>? configure = null, Action<IServiceCollection>? change = null)
    {
        var services = new ServiceCollection();
        services.AddRefreshTokenClient(Name, options =>
        {
            options.TokenEndpoint = new Uri(server, "/oauth/token");
            options.ClientId = AuthServer.ClientId;
            options.Leeway = TimeSpan.Zero;
            configure?.Invoke(options);
        }).UseFiles(folder).UseEncryptionKey(key);
        services.AddHttpClient("api", http => http.BaseAddress = new Uri(server, "/api/"))
            .ConfigurePrimaryHttpMessageHandler(static () => new SocketsHttpHandler { MaxConnectionsPerServer = 64 })
            .AddRefreshTokenHandler(Name);
        change?.Invoke(services);
        return new AppClient(services.BuildServiceProvider());
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _services.DisposeAsync();
    }
}
