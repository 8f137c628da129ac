using System.Globalization;

namespace RefreshTokenRotation.Benchmarks.Load;

/// <summary>The token endpoint in a host of its own, against a minimal endpoint, in turn and in one run, on the same cores.</summary>
internal static class LoadReport
{
    /// <summary>A machine on which others use no more than this is quiet.</summary>
    private const double Quiet = 0.05;

    public static async Task RunAsync(bool quick, int chains)
    {
        string[] kinds = ["floor", "opaque", "floor+es256", "es256", "floor+rs256", "rs256", "floor+hash"];
        var modes = new List<LoadMode>();
        try
        {
            foreach (var kind in kinds)
            {
                modes.Add(await LoadMode.StartAsync(kind, chains));
            }

            var warmUps = new List<string>();
            foreach (var mode in modes)
            {
                warmUps.Add(await mode.WarmUpAsync(TimeSpan.FromSeconds(quick ? 0.5 : 3), most: quick ? 4 : 40));
            }

            Console.WriteLine($"warm-up: {string.Join(", ", warmUps)}");
            for (var round = 0; round < (quick ? 3 : 9); round++)
            {
                foreach (var mode in modes)
                {
                    await mode.RunAsync(TimeSpan.FromSeconds(quick ? 0.5 : 2));
                }
            }
        }
        finally
        {
            foreach (var mode in modes)
            {
                await mode.DisposeAsync();
            }
        }

        Print(modes, chains);
    }

    public static double Middle(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    private static void Print(List<LoadMode> modes, int chains)
    {
        Console.WriteLine(Invariant($"{chains} chains; CPU and bytes are those of one request"));
        Console.WriteLine($"{"server",-11} {"requests/s",10} {"p50 us",8} {"p99 us",8} {"server CPU us",14} {"client CPU us",14} {"server bytes",13}");
        foreach (var mode in modes)
        {
            Console.WriteLine(
                Invariant($"{mode.Name,-11} {1e6 / mode.Median(static x => x.Time),10:F0} {mode.Median(static x => x.P50),8:F0} {mode.Median(static x => x.P99),8:F0} ")
                + Invariant($"{mode.Median(static x => x.ServerCpu),14:F1} {mode.Median(static x => x.ClientCpu),14:F1} {mode.Median(static x => x.Bytes),13:F0}"));
        }

        Console.WriteLine();
        Console.WriteLine(Machine([.. modes.SelectMany(static mode => mode.Rounds)]));
        Console.WriteLine("by the CPU time of both sides: " + Ratios(modes, static x => x.Cpu));
        Console.WriteLine("aims by rate: opaque/floor at least 0.85, es256/(floor+sign) at most 1.30, rs256/(floor+sign) at most 1.15");
        Console.WriteLine(Ratios(modes, static x => x.Time));
    }

    /// <summary>Says whether other programs took part of the processors, which the ratios then show as well.</summary>
    private static string Machine(LoadRound[] rounds)
    {
        if (rounds.Any(static round => round.Others is null))
        {
            return "machine: not known whether other programs used it";
        }

        var others = Middle(rounds.Select(static round => round.Others!.Value));
        return Invariant($"machine: {(others < Quiet ? "quiet" : "BUSY, so that these figures are not to be stated")}; other programs used {others:P0} of the processors")
            + Invariant($" (median of the rounds; at most {rounds.Max(static round => round.Others!.Value):P0})");
    }

    /// <summary>A rate against the floor's, and a time against that of the floor that signs.</summary>
    private static string Ratios(List<LoadMode> modes, Func<LoadRound, double> part) => Invariant(
        $"opaque/floor: {Ratio(modes[0], modes[1], part):F2} (with its hashes: {Ratio(modes[6], modes[1], part):F2}), es256/(floor+sign): {Ratio(modes[3], modes[2], part):F2}, ")
        + Invariant($"rs256/(floor+sign): {Ratio(modes[5], modes[4], part):F2}");

    /// <summary>The median of the ratios, round by round.</summary>
    private static double Ratio(LoadMode mode, LoadMode to, Func<LoadRound, double> part) =>
        Middle(mode.Rounds.Zip(to.Rounds, (x, y) => part(x) / part(y)));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
