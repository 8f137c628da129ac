using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.Benchmarks;

/// <summary>What a family costs in memory, and that rotations add nothing.</summary>
internal static class MemoryReport
{
    private static readonly string[] Agents =
    [
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
    ];

    public static async Task RunAsync(int families)
    {
        var services = new ServiceCollection();
        services.AddRefreshTokenRotation(options => options.DefaultPolicy = RotationPolicy.Spa);
        await using var provider = services.BuildServiceProvider();
        var tokens = provider.GetRequiredService<IRefreshTokenService>();
        var current = new RefreshToken[families];

        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < families; i++)
        {
            var issued = await tokens.IssueAsync(new IssueRequest
            {
                Subject = string.Create(CultureInfo.InvariantCulture, $"user|{i:D12}"),
                ClientId = Fresh("spa"),
                SessionId = Guid.NewGuid().ToString("N"),
                Scopes = [Fresh("openid"), Fresh("profile"), Fresh("offline_access")],
                Resources = [Fresh("https://api.example.com")],
                Device = DeviceInfo.Observe(Fresh("203.0.113.7"), Fresh(Agents[i % Agents.Length])),
            });
            current[i] = issued.RefreshToken;
        }

        var tokenBytes = 24.0 + (2 * current[0].Reveal().Length);
        var issuedBytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)families;
        for (var i = 0; i < families; i++)
        {
            var result = (ExchangeResult.Succeeded)await tokens.ExchangeAsync(new ExchangeRequest { RefreshToken = current[i], ClientId = "spa" });
            current[i] = result.RefreshToken;
        }

        var rotatedBytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)families;
        GC.KeepAlive(current);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{families} families, one user, session and device each; the clients' tokens are not counted"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"after the log-ins:        {issuedBytes - tokenBytes,6:F0} bytes a family"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"after a rotation of each: {rotatedBytes - tokenBytes,6:F0} bytes a family"));
    }

    /// <summary>A string of its own, as a server reads it from each request.</summary>
    private static string Fresh(string value) => new(value.AsSpan());
}
