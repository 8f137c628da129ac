using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace RefreshTokenRotation.Simulation.EndToEnd;

/// <summary>Lives through many months, and prints what they cost: forced log-ins of honest users, and how long each thief went undetected.</summary>
internal static class SystemReport
{
    /// <summary>Users of one world. More of them would only need more memory: all share the same servers.</summary>
    private const int UsersPerWorld = 50;

    private static readonly Theft[] Thefts = [.. Enum.GetValues<Theft>().Where(theft => theft != Theft.None)];

    /// <summary>Runs every kind of client under every preset.</summary>
    /// <param name="users">User-months of each kind under each preset.</param>
    /// <param name="thieves">Thieves of each kind, for each client and each preset. Nothing else goes wrong in their worlds, so that nothing else ends their sessions.</param>
    /// <param name="seed">The first seed.</param>
    /// <param name="output">Where the tables go.</param>
    /// <param name="days">How long each lives.</param>
    /// <returns>0 if no rule was broken.</returns>
    public static int Run(int users, int thieves, int seed, TextWriter output, int days = 30)
    {
        var clock = Stopwatch.StartNew();
        var honest = Kinds().SelectMany(kind => Preset.All, (kind, preset) => new Scenario(seed, users, preset, kind.App, kind.Habit));
        var robbed = Kinds().SelectMany(kind => Preset.All, (kind, preset) => new Scenario(seed, thieves, preset, kind.App, kind.Habit) { Troubles = Troubles.Clocks })
            .SelectMany(scenario => Thefts, (scenario, theft) => scenario with { Theft = theft });
        var outcomes = RunAll([.. honest.Concat(robbed).Where(scenario => scenario.Users > 0).Select(scenario => scenario with { Days = days }).SelectMany(Split)]);
        if (outcomes.FirstOrDefault(outcome => outcome.Broken is not null) is { } broken)
        {
            output.WriteLine(Story.Tell(Story.Shrink(broken)));
            return 1;
        }

        output.WriteLine("Forced log-ins per user and month:\n");
        WriteForced(outcomes, output);
        foreach (var habit in Enum.GetValues<Habit>().Where(_ => thieves > 0))
        {
            output.WriteLine($"\nTime until a thief is detected (median, and the part that is not detected within the month), client: {NameOf(habit)}:\n");
            WriteThefts([.. outcomes.Where(outcome => outcome.Scenario.Habit == habit)], output);
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"\n{outcomes.Sum(outcome => outcome.Users * outcome.Scenario.Days / 30.0):N0} user-months, {outcomes.Sum(outcome => outcome.Calls):N0} requests, {outcomes.Sum(outcome => outcome.Steps):N0} steps, {clock.Elapsed.TotalMinutes:0.0} minutes, no rule broken"));
        return 0;
    }

    private static IEnumerable<(App App, Habit Habit)> Kinds() => Enum.GetValues<App>().SelectMany(app => Enum.GetValues<Habit>(), (app, habit) => (app, habit));

    private static IEnumerable<Scenario> Split(Scenario scenario)
    {
        for (var first = 0; first < scenario.Users; first += UsersPerWorld)
        {
            yield return scenario with { Seed = scenario.Seed + (first / UsersPerWorld), Users = Math.Min(UsersPerWorld, scenario.Users - first) };
        }
    }

    private static List<Outcome> RunAll(List<Scenario> scenarios)
    {
        var outcomes = new ConcurrentBag<(int Index, Outcome Outcome)>();
        Parallel.ForEach(
            Partitioner.Create(scenarios.Index(), EnumerablePartitionerOptions.NoBuffering),
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            (scenario, loop) =>
            {
                var outcome = SystemWorld.Run(scenario.Item);
                outcomes.Add((scenario.Index, outcome));
                if (outcome.Broken is not null)
                {
                    loop.Stop();
                }
            });
        return [.. outcomes.OrderBy(entry => entry.Index).Select(entry => entry.Outcome)];
    }

    private static void WriteForced(List<Outcome> outcomes, TextWriter output)
    {
        WriteHead(output, "Client");
        foreach (var (app, habit) in Kinds())
        {
            output.Write($"| {NameOf(app)}, {NameOf(habit)} |");
            foreach (var preset in Preset.All)
            {
                var cell = outcomes.Where(outcome => outcome.Scenario is { Theft: Theft.None } scenario && scenario.App == app && scenario.Habit == habit && scenario.Preset == preset).ToList();
                var rate = cell.Sum(outcome => outcome.ForcedLogIns) / Math.Max(1, cell.Sum(outcome => outcome.Users * outcome.Scenario.Days / 30.0));
                output.Write(string.Create(CultureInfo.InvariantCulture, $" {(rate == 0 ? "0" : rate < 0.1 ? rate.ToString("0.000", CultureInfo.InvariantCulture) : rate < 10 ? rate.ToString("0.00", CultureInfo.InvariantCulture) : rate.ToString("0", CultureInfo.InvariantCulture))} |"));
            }

            output.WriteLine();
        }
    }

    private static void WriteThefts(List<Outcome> outcomes, TextWriter output)
    {
        WriteHead(output, "Thief");
        foreach (var theft in Thefts)
        {
            output.Write($"| {NameOf(theft)} |");
            foreach (var preset in Preset.All)
            {
                var results = outcomes.Where(outcome => outcome.Scenario.Theft == theft && outcome.Scenario.Preset == preset).SelectMany(outcome => outcome.Thefts)
                    .Where(result => result.Began is not null).ToList();
                output.Write($" {Cell(results)} |");
            }

            output.WriteLine();
        }
    }

    /// <summary>The median of those who are caught, and the part of those who are not. A thief who is never given anything is refused.</summary>
    private static string Cell(List<TheftResult> results)
    {
        if (results.Count == 0 || results.All(result => result is { Successes: 0, Took: null }))
        {
            return "refused";
        }

        var times = results.Where(result => result.Took is not null).Select(result => result.Took!.Value).Order().ToList();
        var missed = 100.0 * (results.Count - times.Count) / results.Count;
        return times.Count == 0 ? "never"
            : string.Create(CultureInfo.InvariantCulture, $"{Took(times[times.Count / 2])}{(missed == 0 ? string.Empty : $"; never {missed:0} %")}");
    }

    private static string Took(TimeSpan time) => time < TimeSpan.FromSeconds(0.5) ? "at once" : Words.Span(time);

    private static void WriteHead(TextWriter output, string first)
    {
        output.WriteLine($"| {first} | {string.Join(" | ", Preset.All.Select(preset => $"`{preset.Name}`"))} |");
        output.WriteLine($"|---|{string.Concat(Preset.All.Select(_ => "---|"))}");
    }

    private static string NameOf(App app) => app switch
    {
        App.Browser => "browser with tabs",
        App.Phone => "phone",
        App.Server => "server-side app",
        _ => "agents",
    };

    private static string NameOf(Habit habit) => habit switch
    {
        Habit.Package => "the package",
        Habit.NeverReads => "never reads again",
        _ => "Auth0's SDK",
    };

    private static string NameOf(Theft theft) => theft switch
    {
        Theft.KeepAlive => "Keep-alive",
        Theft.ForcedRevocation => "Forced revocation",
        _ => $"{theft}",
    };
}
