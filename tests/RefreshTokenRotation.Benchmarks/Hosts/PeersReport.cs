using System.Globalization;
using RefreshTokenRotation.PostgreSql.Tests.Support;

namespace RefreshTokenRotation.Benchmarks.Hosts;

/// <summary>Whole token endpoints on the same PostgreSQL with durable commits, each in a process of its own, by the same load, in turn and in one run: ours, and OpenIddict's with its
/// own store in Entity Framework Core, with self-contained refresh tokens and with references, and with our
/// families; ASP.NET Core Identity's stands beside them, although it does less.</summary>
internal static class PeersReport
{
    private static readonly int[] Clients = [1, 32];

    /// <summary>Runs the report.</summary>
    /// <param name="quick">Fewer and shorter rounds.</param>
    /// <param name="races">How often each server gets one token twice at once.</param>
    public static async Task RunAsync(bool quick, int races)
    {
        var binaries = await PostgresServer.FindBinariesAsync() ?? throw new InvalidOperationException("This mode needs PostgreSQL's server: tests/install-postgresql.sh");
        await using var postgres = await PostgresServer.StartAsync(binaries, durable: true);
        var peers = new List<Peer>();
        try
        {
            foreach (var kind in PeerServer.Kinds)
            {
                peers.Add(await Peer.StartAsync(kind, postgres));
            }

            await RunAsync(peers, rounds: quick ? 1 : 6, TimeSpan.FromSeconds(quick ? 1 : 5), counts: false, clients: Clients[^1..]);
            await RunAsync(peers, rounds: quick ? 1 : 7, TimeSpan.FromSeconds(quick ? 1 : 3), counts: true, Clients);
            Print(peers);
            var forks = new List<string>();
            foreach (var peer in peers)
            {
                var (forked, served) = await peer.RaceAsync(races);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"one token twice at once, {races} times: {peer.Name,-25} {forked,6} forks, {served,6} times both were served"));
                forks.Add(string.Create(CultureInfo.InvariantCulture, $"{peer.Name} {forked}"));
            }

            Console.WriteLine();
            Console.WriteLine($"{Ratios(peers, peers[1])}; {Ratios(peers, peers[2])}; forks of {races} races: {string.Join(", ", forks)}");
        }
        finally
        {
            foreach (var peer in peers)
            {
                await peer.DisposeAsync();
            }
        }
    }

    private static async Task RunAsync(List<Peer> peers, int rounds, TimeSpan duration, bool counts, int[] clients)
    {
        for (var round = 0; round < rounds; round++)
        {
            foreach (var count in clients)
            {
                foreach (var peer in peers)
                {
                    await peer.RunAsync(count, duration, counts);
                }
            }
        }
    }

    private static void Print(List<Peer> peers)
    {
        Console.WriteLine($"{"clients",7} {"server",-25} {"refreshes/s",11} {"ours/it",8} {"p50 ms",7} {"p99 ms",7} {"server CPU us",13} {"server bytes",12} {"rows",5} {"log bytes",9}");
        foreach (var clients in Clients)
        {
            foreach (var peer in peers)
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{clients,7} {peer.Name,-25} {peer.Median(clients, static x => x.PerSecond),11:F0} {peers[0].Ratio(clients, peer, static x => x.PerSecond),8:F2} "
                    + $"{peer.Median(clients, static x => x.Load.P50 / 1000),7:F2} {peer.Median(clients, static x => x.Load.P99 / 1000),7:F2} {peer.Median(clients, static x => x.Load.ServerCpu),13:F0} "
                    + $"{peer.Median(clients, static x => x.Load.Bytes),12:F0} {peer.Median(clients, static x => x.Rows),5:F2} {peer.Median(clients, static x => x.Log),9:F0}"));
            }
        }

        var others = peers.Max(static peer => peer.Median(Clients[^1], static x => x.Load.Others ?? 0));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"other programs, the database server among them, used {others:P0} of the processors"));
    }

    private static string Ratios(List<Peer> peers, Peer to) => string.Create(
        CultureInfo.InvariantCulture,
        $"ours/{to.Name}: refreshes {string.Join(", ", Clients.Select(clients => string.Create(CultureInfo.InvariantCulture, $"{peers[0].Ratio(clients, to, static x => x.PerSecond):F2} at {clients}")))}, "
        + $"p99 {peers[0].Ratio(Clients[^1], to, static x => x.Load.P99):F2}, bytes {peers[0].Ratio(Clients[^1], to, static x => x.Load.Bytes):F3}, "
        + $"log {peers[0].Ratio(Clients[^1], to, static x => x.Log):F2}");
}
