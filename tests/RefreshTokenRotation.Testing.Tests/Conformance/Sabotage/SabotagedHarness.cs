using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Testing.Conformance;

namespace RefreshTokenRotation.Testing.Tests.Conformance;

internal sealed class SabotagedHarness(Sabotage sabotage) : TokenStoreHarness
{
    private ITokenStore? _right;
    private ITokenStore? _broken;

    public override ValueTask<ITokenStore> OpenAsync(CancellationToken cancellationToken)
    {
        _right = new InMemoryTokenStore();
        return new(_broken = sabotage.Break(_right));
    }

    public override ValueTask<ITokenStore> OpenSecondAsync(CancellationToken cancellationToken) =>
        new(sabotage.EachNode ? sabotage.Break(_right!) : _broken!);

    public override ValueTask<ITokenStore> CrashAsync(CancellationToken cancellationToken) => new(sabotage.AfterCrash?.Invoke(_right!) ?? _broken!);

    public override void Configure(RefreshTokenRotationBuilder builder)
    {
        if (sabotage.Register is null)
        {
            builder.UseTokenStore<InMemoryTokenStore>();
        }
        else
        {
            sabotage.Register(builder);
        }
    }
}
