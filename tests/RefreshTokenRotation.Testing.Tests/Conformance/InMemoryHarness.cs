using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Testing.Conformance;

namespace RefreshTokenRotation.Testing.Tests.Conformance;

internal sealed class InMemoryHarness(params (string Name, string Reason)[] exemptions) : TokenStoreHarness
{
    private InMemoryTokenStore? _store;

    public override IReadOnlyDictionary<string, string> Exemptions { get; } =
        exemptions.ToDictionary(exemption => exemption.Name, exemption => exemption.Reason);

    public override ValueTask<ITokenStore> OpenAsync(CancellationToken cancellationToken) => new(_store = new InMemoryTokenStore());

    public override ValueTask<ITokenStore> OpenSecondAsync(CancellationToken cancellationToken) => new(_store!);

    public override void Configure(RefreshTokenRotationBuilder builder) => builder.UseTokenStore<InMemoryTokenStore>();
}
