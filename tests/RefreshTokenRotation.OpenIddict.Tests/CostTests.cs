using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.TestSupport.OpenIddict;

namespace RefreshTokenRotation.OpenIddict.Tests;

/// <summary>What a rotation adds to the database, with families and without. The benchmarks' mode <c>openiddict</c> measures the rest.</summary>
[TestFixture]
internal sealed class CostTests
{
    private const int Rotations = 80;

    [Test]
    public async Task Families_add_no_row()
    {
        var alone = await MeasureAsync(null);
        var references = await MeasureAsync(null, server => server.UseReferenceRefreshTokens());
        var families = await MeasureAsync(RotationPolicy.Strict);
        var bare = await MeasureAsync(RotationPolicy.Strict, configureRotation: options => options.StoreTokenEntries = false);

        alone.RefreshRows.Should().Be(1);
        references.RefreshRows.Should().Be(1);
        families.RefreshRows.Should().Be(0);
        families.Rows.Should().Be(alone.Rows - 1, "access and identity tokens stay OpenIddict's own");
        bare.Rows.Should().Be(0);
    }

    private static async Task<RotationCost> MeasureAsync(
        RotationPolicy? policy, Action<OpenIddictServerBuilder>? configure = null, Action<OpenIddictRotationOptions>? configureRotation = null)
    {
        await using var load = await RotationLoad.StartAsync(TestServer.ConnectionString, policy, configure, configureRotation);
        return await load.MeasureAsync(Rotations);
    }
}
