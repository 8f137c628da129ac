using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.OpenIddict.Tests.Support;
using RefreshTokenRotation.PostgreSql.Tests;

namespace RefreshTokenRotation.OpenIddict.Tests;

/// <summary>What a rotation costs over HTTP on PostgreSQL, with families and without, in one run. <c>OPENIDDICT_ROTATIONS</c> sets how many a server makes
/// (5,000 for the measurement); rates are printed and not judged.</summary>
[TestFixture]
internal sealed class CostTests
{
    private const int Chains = 8;

    private static readonly int Rotations = int.TryParse(Environment.GetEnvironmentVariable("OPENIDDICT_ROTATIONS"), out var rotations) ? rotations : 160;

    [Test]
    public async Task Families_add_no_row()
    {
        var alone = await MeasureAsync("OpenIddict alone, self-contained", null);
        var references = await MeasureAsync("OpenIddict alone, reference tokens", null, server => server.UseReferenceRefreshTokens());
        var families = await MeasureAsync("families", RotationPolicy.Strict);
        var bare = await MeasureAsync("families, StoreTokenEntries off", RotationPolicy.Strict, configureRotation: options => options.StoreTokenEntries = false);

        alone.RefreshRows.Should().Be(1);
        references.RefreshRows.Should().Be(1);
        families.RefreshRows.Should().Be(0);
        families.Rows.Should().Be(alone.Rows - 1, "access and identity tokens stay OpenIddict's own");
        bare.Rows.Should().Be(0);
    }

    private static async Task<Cost> MeasureAsync(
        string name, RotationPolicy? policy, Action<OpenIddictServerBuilder>? configure = null, Action<OpenIddictRotationOptions>? configureRotation = null)
    {
        await using var host = await OpenIddictHost.StartAsync(await OpenIddictHost.CreateDatabaseAsync(TestServer.ConnectionString), policy, configure, configureRotation);
        var tokens = await Task.WhenAll(Enumerable.Range(0, Chains).Select(async i => (await host.Client.LogInAsync($"chain-{i}")).RefreshToken));
        tokens = await Task.WhenAll(tokens.Select(token => RotateAsync(host.Client, token, 4))); // warm
        var (rows, refreshRows, bytes, start) = (await host.RowsAsync(), await RefreshRowsAsync(host), await BytesAsync(host), TimeProvider.System.GetTimestamp());
        await Task.WhenAll(tokens.Select(token => RotateAsync(host.Client, token, Rotations / Chains)));
        var seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        var count = (double)(Rotations / Chains * Chains);
        var cost = new Cost((await host.RowsAsync() - rows) / count, (await RefreshRowsAsync(host) - refreshRows) / count, (await BytesAsync(host) - bytes) / count);
        await TestContext.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {count / seconds:0} rotations/s; a rotation adds {cost.Rows:0.##} rows, of which {cost.RefreshRows:0.##} of refresh tokens, and {cost.Bytes:0} bytes"));
        return cost;
    }

    private static async Task<string> RotateAsync(OpenIddictClient client, string token, int times)
    {
        for (var i = 0; i < times; i++)
        {
            var answer = await client.RefreshAsync(token);
            answer.IsOk.Should().BeTrue(answer.Json.ToString());
            token = answer.RefreshToken;
        }

        return token;
    }

    private static async Task<long> RefreshRowsAsync(OpenIddictHost host) =>
        await host.CountAsync("""SELECT count(*) FROM "OpenIddictTokens" WHERE "Type" LIKE '%:refresh_token'""") + await host.FamilyRowsAsync();

    private static Task<long> BytesAsync(OpenIddictHost host) => host.CountAsync(
        """SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace""");

    private sealed record Cost(double Rows, double RefreshRows, double Bytes);
}
