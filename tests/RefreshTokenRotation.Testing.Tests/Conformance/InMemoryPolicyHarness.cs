using RefreshTokenRotation.Testing.Conformance;

namespace RefreshTokenRotation.Testing.Tests.Conformance;

internal sealed class InMemoryPolicyHarness : RotationPolicyStoreHarness
{
    private InMemoryRotationPolicyStore? _store;

    public override ValueTask<IRotationPolicyStore> OpenAsync(CancellationToken cancellationToken) => new(_store = new InMemoryRotationPolicyStore());

    public override ValueTask<IRotationPolicyStore> OpenSecondAsync(CancellationToken cancellationToken) => new(_store!);

    public override void Configure(RefreshTokenRotationBuilder builder) => builder.UsePolicyStore<InMemoryRotationPolicyStore>();
}
