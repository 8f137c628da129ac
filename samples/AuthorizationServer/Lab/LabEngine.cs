using System.Diagnostics.Metrics;
using AuthorizationServer.Setup;
using RefreshTokenRotation;

namespace AuthorizationServer.Lab;

/// <summary>
/// The library, as <see cref="Services.AddRotation"/> registers it, in its own container: with a store, policies and a clock that no
/// other visitor and not even the server shares. So the page may move time by weeks and change the client's policy without
/// affecting any token, session or counter of the real server. Only the clock of the engine is replaced.
/// </summary>
internal sealed class LabEngine : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public LabEngine(ClientSettings client)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Clock);
        services.AddSingleton<IMeterFactory, LabMeters>();
        services.AddSingleton<IRefreshTokenEventHandler>(Events);
        services.AddRefreshTokenRotation(options => options.ClientPolicies[client.ClientId] = client.Policy());
        _services = services.BuildServiceProvider();
        Tokens = _services.GetRequiredService<IRefreshTokenService>();
        Families = _services.GetRequiredService<ITokenFamilyManager>();
        Policies = _services.GetRequiredService<IRotationPolicyManager>();
    }

    public LabClock Clock { get; } = new();

    public LabEvents Events { get; } = new();

    public IRefreshTokenService Tokens { get; }

    public ITokenFamilyManager Families { get; }

    public IRotationPolicyManager Policies { get; }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
