using System.Globalization;
using RefreshTokenRotation.Torture.Setups;

namespace RefreshTokenRotation.Torture.Runs;

/// <summary>What a person asks of the program.</summary>
internal static class CommandLine
{
    private const string Usage = """
        --store NAME [--seed 1] [--seeds 1] [--minutes 1]   one set-up, for so long a seed
        --all [--seed 1] [--seeds 1] [--minutes 1]          every set-up
        --parallel N                                        so many seeds or sabotages beside each other
        --sabotages [NAME] [--seed 1]                       every set-up and store that is wrong on purpose, or one; each must be found
        --watch                                             says what happens while it happens
        --report FILE                                       also writes a page about what ran
        """;

    public static async Task<int> RunAsync(string[] args)
    {
        var setups = args.Contains("--all") ? SetupCatalogue.All : SetupCatalogue.All.Where(setup => setup.Key == Text(args, "--store")).ToDictionary();
        var sabotages = args.Contains("--sabotages")
            ? SabotageCatalogue.All.Where(sabotage => Text(args, "--sabotages") is not { } name || name.StartsWith('-') || name == sabotage.Name).ToList()
            : [];
        if (setups.Count + sabotages.Count == 0)
        {
            Console.WriteLine($"{Usage}\nSet-ups: {string.Join(", ", SetupCatalogue.All.Keys)}\nSabotages: {string.Join(", ", SabotageCatalogue.All.Select(static sabotage => sabotage.Name))}");
            return 2;
        }

        var start = TimeProvider.System.GetTimestamp();
        Action<string> progress = args.Contains("--watch")
            ? what => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetElapsedTime(start).TotalSeconds,7:0.0} {what}"))
            : static _ => { };
        var seed = (int)Number(args, "--seed", 1);
        var time = TimeSpan.FromMinutes(Number(args, "--minutes", 1));
        var runs = setups.Values
            .SelectMany(create => Enumerable.Range(seed, (int)Number(args, "--seeds", 1)).Select(each => (Func<Task<RunResult>>)(() => RunAsync(create(), each, time, progress))))
            .Concat(sabotages.Select(sabotage => (Func<Task<RunResult>>)(() => sabotage.RunAsync(seed, progress))))
            .ToList();
        var results = new RunResult[runs.Count];
        await Parallel.ForAsync(0, runs.Count, new ParallelOptions { MaxDegreeOfParallelism = (int)Number(args, "--parallel", 1) }, async (i, _) =>
        {
            results[i] = await runs[i]();
            Console.WriteLine($"{results[i]}\n{results[i].Describe(findings: results[i].Sabotage is null ? 5 : 1, lines: results[i].Sabotage is null ? 80 : 25)}");
        });

        if (Text(args, "--report") is { } file)
        {
            await File.WriteAllTextAsync(file, ReportPage.Write(results));
        }

        return Array.TrueForAll(results, static result => result.IsExpected) ? 0 : 1;
    }

    private static async Task<RunResult> RunAsync(Setup setup, int seed, TimeSpan time, Action<string> progress)
    {
        await using (setup)
        {
            await setup.StartAsync();
            return await new TortureRun(setup, seed) { Progress = progress }.RunAsync(int.MaxValue, time);
        }
    }

    private static string? Text(string[] args, string name) => Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;

    private static double Number(string[] args, string name, double otherwise) =>
        Text(args, name) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
