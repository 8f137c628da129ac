using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.Benchmarks;

/// <summary>What a family costs in memory, and that rotations add nothing.</summary>
internal static class MemoryReport
{
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
                ClientId = "spa",
                SessionId = Guid.NewGuid().ToString("N"),
                Scopes = ["openid", "profile", "offline_access"],
                Resources = ["https://api.example.com"],
                Device = DeviceInfo.Observe("203.0.113.7", "Mozilla/5.0 (X11; Linux x86_64)"),
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
            CultureInfo.InvariantCulture, $"{families} families, one user and one session each; the clients' tokens are not counted"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"after the log-ins:        {issuedBytes - tokenBytes,6:F0} bytes a family"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"after a rotation of each: {rotatedBytes - tokenBytes,6:F0} bytes a family"));
    }
}
