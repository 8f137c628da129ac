using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.OpenIddict;

namespace RefreshTokenRotation.TestSupport.OpenIddict;

/// <summary>What a rotation costs over HTTP on PostgreSQL.</summary>
/// <param name="PerSecond">Rotations a second.</param>
/// <param name="Rows">Rows that one adds, of any kind.</param>
/// <param name="RefreshRows">Rows of refresh tokens and families that one adds.</param>
/// <param name="StoredBytes">Bytes that one adds to the database.</param>
/// <param name="AllocatedBytes">Bytes that one allocates, in the server and in its client, which share a process.</param>
internal sealed record RotationCost(double PerSecond, double Rows, double RefreshRows, double StoredBytes, double AllocatedBytes);

/// <summary>A server on a database of its own, and sessions that rotate side by side.</summary>
internal sealed class RotationLoad : IAsyncDisposable
{
    private const int Chains = 8;

    private readonly OpenIddictHost _host;
    private string[] _tokens = [];

    private RotationLoad(OpenIddictHost host) => _host = host;

    /// <summary>Starts a server, logs in, and warms it up.</summary>
    public static async Task<RotationLoad> StartAsync(
        string serverConnectionString,
        RotationPolicy? policy,
        Action<OpenIddictServerBuilder>? configureServer = null,
        Action<OpenIddictRotationOptions>? configureRotation = null)
    {
        var database = await OpenIddictHost.CreateDatabaseAsync(serverConnectionString);
        var load = new RotationLoad(await OpenIddictHost.StartAsync(database, policy, configureServer, configureRotation));
        load._tokens = await Task.WhenAll(Enumerable.Range(0, Chains).Select(async i => (await load._host.Client.LogInAsync($"chain-{i}")).RefreshToken));
        await load.RotateAsync(times: 4);
        return load;
    }

    /// <summary>Measures so many rotations.</summary>
    public async Task<RotationCost> MeasureAsync(int rotations)
    {
        var times = Math.Max(1, rotations / Chains);
        var (rows, refreshRows, stored) = (await _host.RowsAsync(), await RefreshRowsAsync(), await StoredBytesAsync());
        var (allocated, start) = (GC.GetTotalAllocatedBytes(), TimeProvider.System.GetTimestamp());
        await RotateAsync(times);
        var seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        var count = (double)(times * Chains);
        return new RotationCost(
            count / seconds,
            (await _host.RowsAsync() - rows) / count,
            (await RefreshRowsAsync() - refreshRows) / count,
            (await StoredBytesAsync() - stored) / count,
            (GC.GetTotalAllocatedBytes() - allocated) / count);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private async Task RotateAsync(int times) => _tokens = await Task.WhenAll(_tokens.Select(async token =>
    {
        for (var i = 0; i < times; i++)
        {
            var answer = await _host.Client.RefreshAsync(token);
            token = answer.IsOk ? answer.RefreshToken : throw new InvalidOperationException($"A rotation failed: {answer.Json}");
        }

        return token;
    }));

    private async Task<long> RefreshRowsAsync() =>
        await _host.CountAsync("""SELECT count(*) FROM "OpenIddictTokens" WHERE "Type" LIKE '%:refresh_token'""") + await _host.FamilyRowsAsync();

    private Task<long> StoredBytesAsync() => _host.CountAsync(
        """SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace""");
}
