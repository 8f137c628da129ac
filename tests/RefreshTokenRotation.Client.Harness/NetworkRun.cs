using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.Client.Harness;

/// <summary>A device on a bad network for many simulated days, against the real server.</summary>
internal static class NetworkRun
{
    private static readonly TimeSpan Leeway = TimeSpan.FromSeconds(10);

    internal sealed class Result
    {
        public int Requests { get; set; }

        public int Successes { get; set; }

        public int Unavailable { get; set; }

        public SortedDictionary<string, int> Faults { get; } = [];

        /// <summary>Log-outs by cause. <see cref="SimulatedNetwork.Avoidable"/> must not be among them.</summary>
        public SortedDictionary<string, int> LogOuts { get; } = [];

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"{Requests} token requests, {Successes} uses with a token, {Unavailable} without; faults: {Join(Faults)}; log-outs: {(LogOuts.Count == 0 ? "none" : Join(LogOuts))}");

        private static string Join(SortedDictionary<string, int> counts) => string.Join(", ", counts.Select(static pair => $"{pair.Key} {pair.Value}"));
    }

    public static async Task<Result> RunAsync(RotationPolicy policy, int days, int devices, int seed)
    {
        var result = new Result();
        for (var device = 0; device < devices; device++)
        {
            await RunDeviceAsync(policy with { AbsoluteLifetime = TimeSpan.FromDays(90) }, days, new Random(seed + device), result);
        }

        return result;
    }

    private static async Task RunDeviceAsync(RotationPolicy policy, int days, Random random, Result result)
    {
        var time = new SteppedTime();
        await using var server = await AuthServer.StartAsync(policy, time.Plain);
        using var network = new SimulatedNetwork(time, random, Leeway, policy.RecoveryWindow, result);
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(time);
        services.AddRefreshTokenClient("device", options =>
        {
            options.TokenEndpoint = server.TokenEndpoint;
            options.ClientId = AuthServer.ClientId;
            options.Leeway = Leeway;
        }).ServerHttp.ConfigurePrimaryHttpMessageHandler(() => network).SetHandlerLifetime(Timeout.InfiniteTimeSpan);
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredKeyedService<RefreshTokenClient>("device");
        await client.SignInAsync(new TokenSet { RefreshToken = await server.IssueAsync() });
        for (var end = time.GetUtcNow() + TimeSpan.FromDays(days); time.GetUtcNow() < end;)
        {
            // Bursts of use, pauses of minutes, and nights.
            await network.PassAsync(TimeSpan.FromSeconds(random.Next(100) switch { < 50 => random.Next(60), < 95 => random.Next(3600), _ => random.Next(8 * 3600) }));
            switch (await client.GetTokenAsync())
            {
                case TokenResult.Succeeded:
                    result.Successes++;
                    break;
                case TokenResult.Unavailable:
                    result.Unavailable++;
                    break;
                default:
                    var cause = network.CauseOfLogOut();
                    result.LogOuts[cause] = result.LogOuts.GetValueOrDefault(cause) + 1;
                    await client.SignInAsync(new TokenSet { RefreshToken = await server.IssueAsync() });
                    network.Forget();
                    break;
            }
        }
    }
}
