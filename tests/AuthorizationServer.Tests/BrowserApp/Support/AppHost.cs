using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;
using RefreshTokenRotation.Tests.Support;

namespace AuthorizationServer.Tests.BrowserApp.Support;

/// <summary>Serves the browser app from an origin of its own, as any host of static files would.</summary>
internal sealed class AppHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private AppHost(WebApplication app, int port)
    {
        _app = app;
        Origin = $"http://localhost:{port}";
        ForeignOrigin = $"http://127.0.0.1:{port}";
    }

    /// <summary>Another origin than the server's, but of the same site: its frames get the server's cookies.</summary>
    public string Origin { get; }

    /// <summary>The same app from another site: no cookie of the server comes with a frame.</summary>
    public string ForeignOrigin { get; }

    public static async Task<AppHost> StartAsync()
    {
        var port = FreePort.Take();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add($"http://localhost:{port}");
        app.UseFileServer(new FileServerOptions
        {
            FileProvider = new PhysicalFileProvider(Repository.PathOf("samples", "AuthorizationServer", "wwwroot", "app")),
        });
        await app.StartAsync();
        return new AppHost(app, port);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
