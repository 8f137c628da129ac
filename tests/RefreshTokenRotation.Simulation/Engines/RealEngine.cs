using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Internal;
using RefreshTokenRotation.Rotation;
using RefreshTokenRotation.Simulation.Calls;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Simulation.Engines;

/// <summary>The library, wired as a host wires it, over a stage.</summary>
internal sealed class RealEngine : IEngine, IDisposable
{
    private readonly ServiceProvider _provider;
    private readonly IRefreshTokenService _tokens;
    private readonly ITokenFamilyManager _families;

    /// <param name="stage">Where it plays.</param>
    /// <param name="wrap">What stands between the engine and the stage's store; null for nothing.</param>
    public RealEngine(Stage stage, Func<ITokenStore, ITokenStore>? wrap = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton(stage.Clock);
        services.AddSingleton<RandomSource>(stage);
        services.AddSingleton(wrap?.Invoke(stage) ?? stage);
        services.AddSingleton<IRotationPolicyResolver>(stage);
        services.AddSingleton<EventSink>(new NoEvents());
        services.AddRefreshTokenRotation();
        _provider = services.BuildServiceProvider();
        _tokens = _provider.GetRequiredService<IRefreshTokenService>();
        _families = _provider.GetRequiredService<ITokenFamilyManager>();
    }

    /// <summary>What follows a write beyond its family; the model of the loop uses it as it is.</summary>
    public WideReuseResponse WideResponse => _provider.GetRequiredService<WideReuseResponse>();

    /// <inheritdoc cref="WideResponse"/>
    public SiblingMigration Migration => _provider.GetRequiredService<SiblingMigration>();

    /// <summary>The stage behind the guard that makes all of a store's failures look the same.</summary>
    public ITokenStore Store => _provider.GetRequiredService<InstrumentedTokenStore>();

    public async ValueTask<RefreshToken> IssueAsync(string? key)
    {
        var issued = await _tokens.IssueAsync(new IssueRequest { Subject = Universe.User, ClientId = Universe.Client, SenderKeyThumbprint = key });
        return issued.RefreshToken;
    }

    public ValueTask<ExchangeResult> ExchangeAsync(ExchangeRequest request) => _tokens.ExchangeAsync(request);

    public async ValueTask ConfirmUseAsync(Guid familyId, long generation) => await _families.ConfirmUseAsync(familyId, generation);

    public async ValueTask RevokeAsync(Guid familyId) => await _families.RevokeAsync(TokenFamilyFilter.ForFamily(familyId));

    public void Dispose() => _provider.Dispose();

    private sealed class NoEvents : EventSink
    {
        public override bool IsEnabled => false;

        public override void Publish(RefreshTokenEvent refreshTokenEvent)
        {
        }
    }
}
