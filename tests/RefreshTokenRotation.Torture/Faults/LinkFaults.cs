using RefreshTokenRotation.PostgreSql.Tests.Support;

namespace RefreshTokenRotation.Torture.Faults;

/// <summary>What happens between nodes and their server; a proxy stands before each node.</summary>
internal static class LinkFaults
{
    private const int MaxDelay = 150;

    public static IReadOnlyList<Fault> For(IReadOnlyList<CuttingProxy> proxies) =>
    [
        new("link", "connections cut", random =>
        {
            proxies[random.Next(proxies.Count)].CutAll();
            return Fault.Over;
        }),
        new("link", "request or answer lost", random =>
        {
            proxies[random.Next(proxies.Count)].CutAtRequest(random.Next(1, 20), (Cut)random.Next(4));
            return Fault.Over;
        }),
        new("link", "node cut off", random =>
        {
            var proxy = proxies[random.Next(proxies.Count)];
            proxy.Refuses = true;
            proxy.CutAll();
            return Task.FromResult<Func<Task>>(() =>
            {
                proxy.Refuses = false;
                return Task.CompletedTask;
            });
        }),
        new("link", "slow connection", random =>
        {
            var proxy = proxies[random.Next(proxies.Count)];
            proxy.Delay = TimeSpan.FromMilliseconds(random.Next(10, MaxDelay));
            return Task.FromResult<Func<Task>>(() =>
            {
                proxy.Delay = TimeSpan.Zero;
                return Task.CompletedTask;
            });
        }),
    ];
}
