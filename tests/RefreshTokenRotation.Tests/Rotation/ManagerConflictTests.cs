using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Rotation;

/// <summary>Writes beside an exchange: they are tried again after a conflict, and end as an outage if there is no end to conflicts.</summary>
[TestFixture]
internal sealed class ManagerConflictTests
{
    [Test]
    public async Task Change_is_stored_after_the_63rd_conflict_and_is_an_outage_at_the_64th()
    {
        var store = new ScriptedStore();
        using var engine = new Engine(RotationPolicy.Strict, store);
        var issued = await engine.IssueAsync();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["key"] = "value" };

        store.OnSwap = (call, _) => Task.FromResult(call < 64 ? SwapFault.ConflictWithoutWrite : SwapFault.None);
        (await engine.Families.SetMetadataAsync(issued.Family.FamilyId, metadata))!.Metadata.Should().Equal(metadata);

        store.Reset();
        store.OnSwap = (_, _) => Task.FromResult(SwapFault.ConflictWithoutWrite);
        var change = async () => await engine.Families.SetMetadataAsync(issued.Family.FamilyId, null);
        await change.Should().ThrowAsync<RefreshTokenUnavailableException>();
        store.Swaps.Should().Be(64);
    }

    [Test]
    public async Task Migration_that_can_not_delete_the_siblings_is_logged()
    {
        var store = new ScriptedStore();
        using var logs = new LogCapture();
        using var engine = new Engine(RotationPolicy.Fapi, store, builder => builder.Services.AddSingleton<ILoggerFactory>(logs));
        var issued = await engine.IssueAsync();
        engine.Policy = RotationPolicy.Strict;
        store.OnRevoke = (_, _) => throw new IOException("The store is away.");

        (await engine.SucceedAsync(issued.RefreshToken)).Outcome.Should().Be(ExchangeOutcome.ConvertedToRotating);

        logs.Of(8).Should().ContainSingle().Which.Message.Should().Contain(issued.Family.FamilyId.ToString());
    }

    [Test]
    public async Task Granted_resource_that_the_multi_resource_policy_does_not_name_keeps_its_grant()
    {
        using var engine = new Engine(RotationPolicy.Strict with { MultiResource = [new ResourceScopes { Resource = "https://added", Scopes = ["more"] }] });
        var issued = await engine.IssueAsync(resources: "https://own");

        var result = await engine.SucceedAsync(issued.RefreshToken);

        result.Resources.Should().Equal("https://own");
        result.Scopes.Should().Equal("openid", "offline_access");
    }
}
