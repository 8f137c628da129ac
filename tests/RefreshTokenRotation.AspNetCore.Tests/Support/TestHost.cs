using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Testing;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.Support;

/// <summary>A real host on a free port of the loopback, on a clock that stands still, with the clients of <see cref="Clients"/>.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestHost(WebApplication app, TestHostSetup setup)
    {
        (_app, Store, Issuer, Time, Logs) = (app, setup.Store, setup.Issuer, setup.Time, setup.Logs);
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Http = new HttpClient(new SocketsHttpHandler
        {
            UseCookies = false,
            AllowAutoRedirect = false,
            RequestHeaderEncodingSelector = static (_, _) => System.Text.Encoding.UTF8,
        })
        { BaseAddress = Address };
    }

    public HttpClient Http { get; }

    public Uri Address { get; }

    public FaultingTokenStore Store { get; }

    public StubIssuer Issuer { get; }

    public FakeTime Time { get; }

    public LogCapture Logs { get; }

    public IServiceProvider Services => _app.Services;

    public IRefreshTokenService Tokens => Services.GetRequiredService<IRefreshTokenService>();

    public ITokenFamilyManager Families => Services.GetRequiredService<ITokenFamilyManager>();

    /// <summary>Starts a host. Everything can be changed before it starts.</summary>
    public static async Task<TestHost> StartAsync(Action<TestHostSetup>? change = null)
    {
        var setup = new TestHostSetup();
        change?.Invoke(setup);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = setup.Environment });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(System.Net.IPAddress.Loopback, 0));
        builder.Logging.ClearProviders().SetMinimumLevel(setup.LogLevel).AddProvider(setup.Logs);
        builder.Services.AddSingleton<TimeProvider>(setup.Time);
        builder.Services.AddSingleton<ITokenStore>(setup.Store);
        if (setup.UseStubIssuer)
        {
            builder.Services.TryAddSingleton<IAccessTokenIssuer>(setup.Issuer);
        }

        // The tests step over weeks and then read rows that ended long ago.
        var rotation = builder.Services.AddRefreshTokenRotation(setup.ConfigureRotation)
            .ConfigurePruning(static options => options.Enabled = false)
            .AddEndpoints(setup.ConfigureEndpoints);
        builder.Services.ConfigureTenants(setup.ConfigureTenants);
        setup.Build?.Invoke(rotation);
        var app = builder.Build();
        try
        {
            setup.Pipeline?.Invoke(app);
            (setup.Map ?? (static endpoints => endpoints.MapRefreshTokenRotation()))(app);
            await app.StartAsync();
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new TestHost(app, setup);
    }

    /// <summary>Starts a family for <c>alice</c>.</summary>
    public async Task<IssueResult> IssueAsync(
        string client = Clients.Public, string scope = "openid read write offline_access", string resources = Clients.Api1, string tenant = "",
        string? authorizationId = null) =>
        await Tokens.IssueAsync(new IssueRequest
        {
            Subject = "alice",
            ClientId = client,
            TenantId = tenant,
            Scopes = scope.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            Resources = resources.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            AuthorizationId = authorizationId,
        });

    /// <summary>Stops the host: events are told by then.</summary>
    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}
