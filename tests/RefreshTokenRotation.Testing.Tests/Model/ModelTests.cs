using RefreshTokenRotation.Testing.Tests.Support;

namespace RefreshTokenRotation.Testing.Tests.Model;

/// <summary>The engine answers every sequence of operations as the model does.</summary>
[TestFixture]
internal sealed class ModelTests
{
    // Without these, agreement would say little.
    private static readonly string[] Expected =
    [
        "Issued",
        "Evicted",
        .. Enum.GetValues<ExchangeOutcome>().Select(outcome => $"Exchanged {outcome.ToCode()}"),
        "Exchanged reissued, 2 back",
        "Exchanged reissued, 3 back",
        "Rejected unknown",
        "Rejected unknown, security",
        "Rejected client_mismatch, security",
        "Rejected sender_mismatch, security",
        "Rejected expired",
        "Rejected invalid_scope",
        "Rejected invalid_target",
        "Rejected refused",
        "Rejected revoked for reuse_detected",
        "Rejected revoked for reuse_detected, current",
        "ReuseDetected revoked",
        "ReuseDetected shadow",
        "ReuseDetected shadow, would recover",
        "Revoked client_request x 1",
        "Revoked migrated x 1, deleted",
        "Revoked reuse_detected x 2",
    ];

    [Test]
    public void Engine_on_random_sequences_agrees_with_the_model_and_they_meet_every_outcome_and_refusal()
    {
        var told = new HashSet<string>(StringComparer.Ordinal);

        ModelSearch.Run(
            () => new Subject(), count: 3000, inspect: world => told.UnionWith(world.Told.Select(told => $"{told.Name} {told.Detail}".Trim()))).Should().BeNull();

        told.Should().Contain(Expected);
    }
}
